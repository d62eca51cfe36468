"""Column generation: the master program, its cuts, the bound, and plans made of columns."""
