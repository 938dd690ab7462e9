"""What is told of a run elsewhere (how many registered, and where), and the reminder of one that is short."""
