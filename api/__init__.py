"""The service: HTTP, jobs, persistence, and the pages coordinators read."""

from brigade.installation import refuse_foreign

DISTRIBUTION = "brigade-domicile"

# Here, since whatever serves us imports this first: a process of uvicorn, a worker, `python -m api`.
refuse_foreign(("solver",))
