"""Answers to questions about a plan: why not, what would help, why this person, who else.

Each function takes a problem and a plan; its twin on a `Session` answers many questions about the same plan quickly.
"""
