"""The room of figures: what each is called, what it is, and the one place where it is counted
(docs/figures.md).

A plan, its report, the indicators, the payroll and the evidence print figures; none of them counts one
itself. Rows are (name, value, unit, part); `None` as part is the whole. A share of nothing is left out, never
shown as 0 or 100 %.
"""
