"""One function per command: load, decide, save. The edge commits."""
