"""What the trade is made of, as frozen values: who needs what, who may come, where, under which wishes; and a
whole problem."""
