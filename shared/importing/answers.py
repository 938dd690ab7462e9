"""Unknown headers and values: what is asked, and what was answered, once for the whole file (contracts §5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from shared.importing.fields import Choice
from shared.importing.kinds import Kind
from shared.importing.mapping import match_header
from shared.importing.tables import ImportJob
from shared.importing.words import key
from shared.problems import FieldProblem, invalid

CHOOSE = "Bitte einen der erlaubten Werte wählen."


class Answers(BaseModel):
    """Answers for a file: header → column ("" = leave out), word → code ("" = leave empty, null = reject)."""

    columns: dict[str, str] = {}
    values: dict[str, dict[str, str | None]] = {}


def open_questions(kind: Kind, job: ImportJob) -> dict[str, Any]:
    """What a person must decide on, with suggestions and all that is allowed, labelled in German."""
    asked = {entry["column"] for entry in job.unmapped.get("values", [])}
    choices = {name: kind.by_name[name].parse for name in asked}
    values = {
        name: {code: parse.labels[value] for code, value in parse.codes.items()}
        for name, parse in choices.items()
        if isinstance(parse, Choice)
    }
    columns = {column.name: column.de for column in kind.columns}
    required = [column.name for column in kind.columns if column.required]
    allowed = {"columns": columns, "values": values, "required": required}
    return {"import_id": job.id, "state": job.state} | job.unmapped | {"allowed": allowed}


def remembered(questions: dict[str, Any], earlier: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The questions with what was answered to them for earlier files (newest first) as the first suggestion.

    A list that is mended and sent in again asks nothing anew; `rejected` marks words that were rejected then.
    """
    columns: dict[str, str] = {}
    values: dict[tuple[str, str], str | None] = {}
    for mapping in reversed(earlier):
        columns |= {key(header): name for header, name in mapping.get("columns", {}).items()}
        for name, words in mapping.get("values", {}).items():
            values |= {(name, key(word)): code for word, code in words.items()}
    for entry in questions.get("columns", []):
        _suggest(entry, columns.get(key(entry["header"])))
    for entry in questions.get("values", []):
        known = (entry["column"], key(entry["value"]))
        _suggest(entry, values.get(known))
        entry["rejected"] = known in values and values[known] is None
    return questions


def _suggest(entry: dict[str, Any], first: str | None) -> None:
    if first is not None:
        entry["suggestions"] = list(dict.fromkeys([first, *entry["suggestions"]]))


def answer(kind: Kind, job: ImportJob, given: Answers) -> dict[str, Any]:
    """The answers so far and the new ones. Raises Problem 422 while a header is open or an answer is impossible."""
    errors = []
    for header, name in given.columns.items():
        if name and name not in kind.by_name:
            errors.append(FieldProblem(header, name, "Diese Spalte gibt es nicht.", CHOOSE, list(kind.by_name)))
    for name, words in given.values.items():
        parse = kind.by_name[name].parse if name in kind.by_name else None
        codes = list(parse.codes) if isinstance(parse, Choice) else []
        wrong = [code for code in words.values() if code and code not in codes]
        errors += [FieldProblem(name, code, "Diesen Wert gibt es nicht.", CHOOSE, codes) for code in wrong]
    if errors:
        raise invalid(*errors)
    before = job.mapping.get("values", {})
    values = before | {name: before.get(name, {}) | words for name, words in given.values.items()}
    mapping = {"columns": job.mapping.get("columns", {}) | given.columns, "values": values}
    if errors := match_header(kind, job.header, mapping).problems(strict=True):
        raise invalid(*errors)
    return mapping
