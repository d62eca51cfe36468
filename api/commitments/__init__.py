"""What was announced and agreed: plans in force, states of offers, open incidents."""
