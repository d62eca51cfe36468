"""The specification: read in order, the names of the tests tell what Brigade promises."""
