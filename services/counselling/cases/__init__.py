"""Cases: what a carrier does for one person in one programme line, from the first session to the last."""
