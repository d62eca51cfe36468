"""One rule, one tiny case, its boundary."""
