"""Rights of a person in registration: everything held about her, and her erasure (Auskunft, Löschung)."""
