"""An independent judge of plans, written from `docs/` and `brigade/data/` alone.

It reads the two public documents (problem and plan, JSON) and shares no code with the product: neither its
checker, timing, measures and objective nor the solver's twins. `tests/property/test_second_checker.py`
compares the two; what the pages do not say enough of to be decided is a fault of the pages. `NOT_JUDGED` (in
`judge`) names what it leaves out, and why.
"""
