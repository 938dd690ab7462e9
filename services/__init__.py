"""One package per deployable; strangers to one another."""
