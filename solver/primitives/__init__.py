"""The few primitives in which a rule speaks to the model, and the arrays that are made of what they said."""
