"""Seeded days on real geography: basins, their people, their absences."""
