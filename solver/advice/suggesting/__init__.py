"""Changes that could cover an uncovered visit: found by the kernel, checked by the plain rules, the smallest
first."""
