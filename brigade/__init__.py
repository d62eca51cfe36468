"""The trade itself: values, rules, indicators of a replacement brigade. Pure core; edges in `exchange` and
`travel`."""

__version__ = "0.1.0"
