"""The service: HTTP, jobs, persistence, and the pages coordinators read."""
