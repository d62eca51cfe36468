"""What the operator runs beside serving: first start, upkeep, backup, archive, metrics, demonstration."""
