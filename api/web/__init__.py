"""Pages for people: HTML behind signed links."""
