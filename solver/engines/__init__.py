"""Engines: all read one model (`solver.kernel.arrays`) and nothing else."""
