"""Applying imports: one transaction per file, one outcome per row, judged by the state after the whole file."""
