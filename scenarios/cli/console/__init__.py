"""What every command shares: reading, writing whole files or none, showing, searching with a way to stop,
exit codes."""
