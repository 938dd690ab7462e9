"""Rules of a person's record: her name in parts, birth, qualifications. Pure; days are passed in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from shared.problems import FieldProblem
from shared.vocabulary.occupations import occupations

OLDEST = 1900


def parts_of(name: str) -> tuple[str, str | None]:
    """Family name and given names of a whole name; without a comma all of it stands as the family name."""
    family, _, given = (part.strip() for part in name.partition(","))
    return (family, given or None) if family else (given or name.strip(), None)


def whole_name(family: str, given: str | None) -> str:
    """A name as lists show it: family name, given names."""
    return f"{family}, {given}" if given else family


def name_values(values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a name and the whole of it, from what was told and what is stored.

    The parts count where they are told; a whole name that is the stored one changes nothing.
    """
    if "family_name" in values or "given_names" in values:
        family = values.get("family_name", stored.get("family_name"))
        given = values.get("given_names", stored.get("given_names"))
        if not family:
            family, given = given, None
    elif values.get("name") and values["name"] != stored.get("name"):
        family, given = parts_of(values["name"])
    else:
        family, given = stored.get("family_name"), stored.get("given_names")
    return {"family_name": family, "given_names": given, "name": whole_name(family or "", given)}


def birth_values(values: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Date and year of birth: the date says the year; another year than that of the stored date removes the date."""
    told = values.get("birth_date", stored.get("birth_date"))
    year = values.get("birth_year", stored.get("birth_year"))
    if "birth_date" in values and told is not None:
        return {"birth_date": told, "birth_year": values.get("birth_year") or told.year}
    if told is not None and year != told.year and "birth_year" in values:
        told = None
    return {"birth_date": told, "birth_year": year}


def check_person(values: Mapping[str, Any], today: date, missing: Collection[str] = ()) -> list[FieldProblem]:
    """Problems of a person's values: birth in the future, date and year that differ, keys of no occupation.

    `missing` are keys that the official list of occupations, where it is loaded, does not have.
    """
    problems = []
    born, year = values.get("birth_date"), values.get("birth_year")
    if born is not None and not date(OLDEST, 1, 1) <= born <= today:
        text = f"Das Geburtsdatum {born:%d.%m.%Y} kann nicht stimmen."
        problems.append(FieldProblem("birth_date", f"{born:%d.%m.%Y}", text, "Bitte prüfen."))
    elif born is not None and year is not None and year != born.year:
        text = f"Geburtsdatum ({born:%d.%m.%Y}) und Geburtsjahr ({year}) widersprechen sich."
        problems.append(FieldProblem("birth_year", year, text, "Bitte eines von beiden weglassen."))
    if born is None and year is not None and year > today.year:
        text = f"Das Geburtsjahr {year} liegt in der Zukunft."
        problems.append(FieldProblem("birth_year", year, text, "Bitte prüfen."))
    for number, entry in enumerate(values.get("qualifications") or []):
        problems += _check_qualification(f"qualifications.{number}", entry, today, missing)
    return problems


def _check_qualification(
    path: str, entry: Mapping[str, Any], today: date, missing: Collection[str]
) -> list[FieldProblem]:
    problems = []
    if entry.get("year") is not None and entry["year"] > today.year:
        text = f"Das Jahr {entry['year']} liegt in der Zukunft."
        problems.append(FieldProblem(f"{path}.year", entry["year"], text, "Bitte prüfen."))
    key = entry.get("reference_occupation")
    if key is not None and (key[:2] not in occupations() or key in missing):
        text = f"Den Schlüssel {key} gibt es in der Klassifikation der Berufe (KldB 2010) nicht."
        remedy = "Bitte den Beruf suchen und einen Vorschlag wählen."
        problems.append(FieldProblem(f"{path}.reference_occupation", key, text, remedy))
    return problems
