"""What is said of plans: their documents, questions about them, boards."""
