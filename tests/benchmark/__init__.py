"""Named scenarios, several seeds, coverage and gap."""
