"""Who is on call when: a rota proposed, looked at as a quarter, changed day by day, published."""
