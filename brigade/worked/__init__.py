"""What people have worked, by date and by period: contract hours, nights, refusals of a year."""
