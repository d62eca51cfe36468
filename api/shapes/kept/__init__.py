"""What rows keep as JSON beside the exchange documents: what a search is asked, how a plan came about."""
