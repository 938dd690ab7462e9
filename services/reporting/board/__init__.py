"""The Good Practice board (Beratungsgremium, GP-01 to GP-08): sittings, ratings and decisions, kept at the centre only.

What members say never leaves it; what becomes of a decision, its newest row of `board_decision` says (`tables`).
"""
