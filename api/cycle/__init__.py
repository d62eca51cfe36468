"""The day's cycle: absence, search, proposal, publication, offers, outcomes. Each file is one step; none
knows HTTP."""
