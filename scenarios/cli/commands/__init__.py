"""The commands, one file a group; `scenarios.cli.main` lists the groups."""
