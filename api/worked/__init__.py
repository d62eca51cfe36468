"""What workers carry into the next days, read from plans in force and outcomes."""
