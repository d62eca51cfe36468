"""What waits for a coordinator: its entries, those that are alike in one line, and the page of them."""
