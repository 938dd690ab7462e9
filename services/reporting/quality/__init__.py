"""Data quality: findings by rules on the figures, and follow-ups that a network answers."""
