"""Who asks, and what they may see and change: rights, authentication, scoped sessions, the trail of every
write."""
