"""Proposals and plans: looked at, questioned, edited, published; what waits for a coordinator."""
