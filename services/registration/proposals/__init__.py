"""Persons proposed to an IQ qualification by counselling (Vorschläge)."""
