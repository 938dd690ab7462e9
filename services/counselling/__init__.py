"""Counselling (Beratung): sessions, group information and the order of a person's sessions."""
