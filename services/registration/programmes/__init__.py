"""Training programmes: data (sizes, steps, counts) and pure functions: who may enter, what follows, what completes.

No rule engine: a programme is a TOML file for `definition` and, where numbers do not say it, a module of its own.
"""
