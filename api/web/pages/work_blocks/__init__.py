"""Work that is no visit: meetings and the like, entered, changed, called off, and who was there."""
