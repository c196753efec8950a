"""Hand-made weeks with known answers."""
