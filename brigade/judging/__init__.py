"""A plan judged: every rule it breaks, what it costs, what a reader must know beside."""
