"""One module per area of pages; each has a `router`."""
