"""What the service promises, asked over HTTP on SQLite and on PostgreSQL."""
