"""The compiled kernel: C sources, how they become a library, and the search that Python sees."""
