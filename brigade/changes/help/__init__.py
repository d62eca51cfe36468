"""Help from beyond the brigade that a plan can ask for: a service's present staff, people lent by a basin."""
