"""Exports of other programs: a mapping of their headers and codes to ours, proposed from an example, applied
to grids."""
