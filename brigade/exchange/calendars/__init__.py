"""Absences out of calendars: `.ics` files read as RFC 5545 means them. Calendars go out in
`brigade.exchange.reports.ics`."""
