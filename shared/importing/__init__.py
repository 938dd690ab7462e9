"""The import engine: a table in, rows of a kind out, mended once for the whole file (contracts §5)."""
