"""Certificates and confirmations of runs (Bescheinigungen): who gets which, and what everyone may check of them."""
