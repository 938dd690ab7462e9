"""Text fields of an API as its own OpenAPI tells them, each with a body that is good but for that field."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

from tests.support.matrix import BODIES

Schema = dict[str, Any]


class TextField(NamedTuple):
    """A place where a caller writes text: an operation, `body`, `query` or `path`, the field and the good body."""

    method: str
    path: str
    place: str
    name: str
    body: Any


def resolved(schema: Schema, document: Schema) -> Schema:
    """A schema without reference; of a choice the first that is not null."""
    if "$ref" in schema:
        return resolved(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document)
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            return resolved(choice, document)
    return schema


def sample(schema: Schema, document: Schema) -> Any:
    """A small value of a schema."""
    schema = resolved(schema, document)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "object":
        wanted = schema.get("required", [])
        return {name: sample(schema["properties"][name], document) for name in wanted}
    if schema.get("type") == "array":
        return [sample(schema["items"], document)] if schema.get("minItems") else []
    formats = {"uuid": str(uuid4()), "date": "2026-05-04"}
    text = formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": False}.get(schema.get("type", ""), text)


def _is_text(schema: Schema, document: Schema) -> bool:
    found = resolved(schema, document)
    return found.get("type") == "string" and "enum" not in found and "format" not in found


def text_fields(document: Schema) -> Iterator[TextField]:
    """Every text field of every operation."""
    for path, methods in document["paths"].items():
        for verb, operation in methods.items():
            method, wanted = verb.upper(), operation.get("requestBody", {}).get("content", {})
            schema = resolved(wanted.get("application/json", {}).get("schema", {}), document)
            good = BODIES.get((method, path)) or (sample(schema, document) if schema else None)
            for name, field in schema.get("properties", {}).items():
                if _is_text(field, document):
                    yield TextField(method, path, "body", name, good)
            for parameter in operation.get("parameters", []):
                place = parameter["in"]
                if place in ("query", "path"):
                    yield TextField(method, path, place, parameter["name"], good)
