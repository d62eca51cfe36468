"""What the texts ask of a plan: notice, limits, what may be refused, how a stop is marked; one file a rule in
`rules`."""
