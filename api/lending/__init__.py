"""Help from next door: agreements between basins, who could come, who was asked for and lent."""
