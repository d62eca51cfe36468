"""Pages of `docs/` that are written from the data they speak of, so that they cannot drift from it."""
