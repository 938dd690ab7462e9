"""Qualification at the desk (HSP 2): measures, and who enters, ends and succeeds in them."""
