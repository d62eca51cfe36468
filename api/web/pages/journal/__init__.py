"""The journal: who wrote and read what, with people and things by their names."""
