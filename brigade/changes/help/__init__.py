"""Help from beyond the brigade that a plan can ask for: present staff of a service, people lent by a basin."""
