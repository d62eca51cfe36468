"""What the people who change Brigade run; nothing here ships."""
