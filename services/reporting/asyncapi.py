"""`/asyncapi.json`: the events that reach the centre, generated from the contracts (AsyncAPI 3.0)."""

from typing import Any

from shared.contracts.envelope import CONTENT_TYPE, EventName
from shared.contracts.heartbeat import Heartbeat
from shared.contracts.registry import EVENTS

REF = "#/components/schemas/{model}"
CE_HEADERS = ("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "content-type", "Nats-Msg-Id")


def document(version: str) -> dict[str, Any]:
    """The document; every event that leaves a network has a channel at the hub."""
    channels: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for name, event in EVENTS.items():
        if event.lean is not None:
            _add(channels, schemas, event.kind, name.hub_subject("{region}"), event.lean)
            channels[event.kind]["messages"][event.kind]["headers"] = _headers(name)
    _add(channels, schemas, "heartbeat", "hb.{region}.{context}.v1", Heartbeat)
    channels["heartbeat"]["parameters"]["context"] = {"enum": sorted({name.context for name in EVENTS})}
    operations = {
        key: {"action": "receive", "channel": {"$ref": f"#/channels/{key}"}, "summary": channel["description"]}
        for key, channel in channels.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "IQ-Verbund, centre", "version": version, "license": {"name": "EUPL-1.2"}},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas},
    }


def _add(channels: dict[str, Any], schemas: dict[str, Any], key: str, address: str, model: Any) -> None:
    schema = model.model_json_schema(ref_template=REF)
    schemas |= schema.pop("$defs", {})
    schemas[model.__name__] = schema
    channels[key] = {
        "address": address,
        "description": schema.get("description", key),
        "parameters": {"region": {"description": "Code of the network, stamped by the hub"}},
        "messages": {
            key: {"name": key, "contentType": CONTENT_TYPE, "payload": {"$ref": REF.format(model=model.__name__)}}
        },
    }


def _headers(name: EventName) -> dict[str, Any]:
    properties: dict[str, Any] = {header: {"type": "string"} for header in CE_HEADERS}
    properties["ce-type"] = {"const": name.ce_type}
    return {"type": "object", "properties": properties, "required": list(CE_HEADERS)}
