"""Pages, one file a story: each reads what its address and form say, calls what the API's routes call, and
shows one template (docs/pages.md)."""
