"""Benchmarks: measured ratios within one run, on real servers."""
