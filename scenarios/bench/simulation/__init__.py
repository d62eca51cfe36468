"""Days lived through after their plan: what comes in is drawn, and each plan answers it."""
