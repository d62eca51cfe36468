"""Searches outside requests: asked, queued, run in worker processes, ended once."""
