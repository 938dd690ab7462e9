"""What becomes of a selected Good Practice example: decisions told to networks, sheets, transfers (GP-07, GP-10)."""
