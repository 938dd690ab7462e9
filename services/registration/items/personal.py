"""What in a public text looks like a person (PDB-04), and what to do about it; the rule itself is everybody's."""

from shared.vocabulary.personal import Suspicion, suspicions

__all__ = ["REMEDY", "Suspicion", "suspicions"]

REMEDY = "Bitte herausnehmen, oder bestätigen, dass es so öffentlich werden soll."
