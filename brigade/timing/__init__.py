"""When things happen once their order is decided, and what of it counts as work."""
