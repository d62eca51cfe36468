"""The day's cycle: absence, search, proposal, publication, offers. Each file is one step; none knows
HTTP."""
