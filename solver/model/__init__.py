"""Problem -> Model -> Plan: the compiled problem, its clock and settings, and orders decoded into a timed
plan."""
