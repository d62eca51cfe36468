"""What a board of a day shows and asks: lanes, places for a visit in hand."""
