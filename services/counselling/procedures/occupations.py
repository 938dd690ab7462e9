"""Which occupations are health occupations, by prefixes of the KldB 2010 (contracts §4, `occupation_group`)."""

HEALTH = ("81", "821")
"""Medical health occupations, and care of the elderly."""
PHARMACIST = ("818",)
DENTIST = ("8147",)
PHYSICIAN = ("814",)


def is_health(occupation: str | None) -> bool:
    """Whether the competent authority depends on the Land of intended work (REC-02)."""
    return bool(occupation) and str(occupation).startswith(HEALTH)


def is_pharmacist(occupation: str | None) -> bool:
    """Whether REC-05 holds."""
    return bool(occupation) and str(occupation).startswith(PHARMACIST)


def is_physician(occupation: str | None) -> bool:
    """Whether REC-06 and REC-07 may hold; dentists are none."""
    return bool(occupation) and str(occupation).startswith(PHYSICIAN) and not str(occupation).startswith(DENTIST)


def is_licensed(occupation: str | None) -> bool:
    """Whether the occupation is practised with a licence (Approbation): doctors, dentists, pharmacists."""
    return is_pharmacist(occupation) or (bool(occupation) and str(occupation).startswith(PHYSICIAN))
