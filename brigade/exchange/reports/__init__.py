"""A plan for people to read: HTML, calendars, spreadsheets of stops, plain text."""
