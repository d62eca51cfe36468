"""What the rooms, formats and pages promise one another."""
