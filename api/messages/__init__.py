"""What the service tells by itself: mail and SMS through an outbox, signed calls to other software. See
docs/messages.md."""
