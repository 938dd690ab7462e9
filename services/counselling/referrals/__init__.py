"""Referrals (Verweis): where a person was sent, together or alone, and what became of it (REF-01 to REF-04)."""
