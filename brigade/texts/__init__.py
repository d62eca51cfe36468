"""The labour texts as data: rule sets in layers, accords, what a text means by child care, and rules in
words."""
