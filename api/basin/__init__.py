"""What a basin knows: its resources, checked as they are written and composed into a problem."""
