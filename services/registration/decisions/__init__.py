"""What the centre tells of the board's decisions about Good Practice proposals, and what becomes of the items."""
