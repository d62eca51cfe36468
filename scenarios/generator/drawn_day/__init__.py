"""The day of an invented basin: what each employee was to do, who is away, which visits are left open."""
