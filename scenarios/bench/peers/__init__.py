"""Other engines on the same days: the one place outside the solver that may import a routing engine.

Each adapter is `solve(day, limit_s, seed, ...) -> orders`, on one thread, building its model inside the
limit. What we learned about speaking to each engine stands in its file; each got a short pass of tuning, an
expert of it could do better.
"""
