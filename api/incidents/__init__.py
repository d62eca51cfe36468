"""The day as it happens: incidents as they are told, and what became of visits; none knows HTTP."""
