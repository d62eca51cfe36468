"""Engines: all read one model (`solver.arrays`) and nothing else."""
