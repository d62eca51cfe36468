"""A department solved as one: each basin by itself, then what is left by whoever agreements let be lent."""
