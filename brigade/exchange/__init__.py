"""Where documents come in and go out: the versioned JSON, its table twin, reports and calendars. An edge
room."""
