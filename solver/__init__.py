"""From a problem to a plan: ortools and numba live here, and nowhere below."""
