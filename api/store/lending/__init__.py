"""What basins agreed to lend each other, and who was asked for."""
