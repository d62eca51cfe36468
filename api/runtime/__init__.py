"""What a running service rests on: refusals, settings, logs, secrets, processes, bounded work. Knows no table
and no HTTP."""
