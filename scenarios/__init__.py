"""The command line, its generators, its benches."""

DISTRIBUTION = "brigade-domicile"
