"""What the running service holds: its database, its computing processes, its streams."""
