"""Accounts and people: what is held about them, how it is told, corrected and forgotten."""
