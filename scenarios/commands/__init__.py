"""The commands, one file a group; `scenarios.cli` lists the groups."""
