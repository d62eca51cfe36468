"""The command line, its generators, its benches."""
