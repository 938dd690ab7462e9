"""Rights of a person in counselling: everything held about her, and its erasure (Auskunft, Löschung)."""
