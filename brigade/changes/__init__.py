"""What changes a plan: events, hand edits, differences between two plans, what is carried over."""
