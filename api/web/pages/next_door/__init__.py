"""Help from next door: what a neighbour asks, whom it lends, and what the two basins have agreed on."""
