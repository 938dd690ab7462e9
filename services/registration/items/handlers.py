"""One function per command on items: load, decide, save. The edge commits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration import store as records
from services.registration.commands import Withdraw
from services.registration.item_tables import ItemRow
from services.registration.items import store
from services.registration.items.commands import ChangeState, RecordItem
from services.registration.items.kinds import COLUMNS, ItemType, kinds
from services.registration.items.rules import check_first, check_item, check_step
from services.registration.items.sheets import sheet_of
from services.registration.items.values import Values, check_values, cleaned
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.revisions import next_revision
from shared.vocabulary import Delivery, ItemKind, ItemState, Origin
from shared.vocabulary.items import AzavState, Review

MOVED = "Dieser Vorgang wurde inzwischen geändert (Stand {now}, Ihrer ist {given}). Bitte laden Sie ihn neu."
IDS = {"offering": "offering_id", "run": "run_id"}
GONE = "Dieser Vorgang wurde zurückgezogen."


async def found(session: AsyncSession, item_id: UUID, actor: Actor, permission: str, given: int) -> ItemRow:
    """An item within reach in force, at the revision that was seen. Raises Problem 404 or 409."""
    row = await store.get_item(session, item_id, actor.principal, permission, to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        raise Problem(409, GONE)
    if row.revision != given:
        raise Problem(409, MOVED.format(now=row.revision, given=given))
    return row


async def save(session: AsyncSession, row: ItemRow, action: str, actor: Actor, revision: int | None = None) -> None:
    """Save an item as its next revision; what of it leaves is told."""
    row.revision = revision or row.revision + 1
    row.recorded_on = max(actor.today, row.recorded_on)
    revisions = records.revisions(session, actor)
    revisions.add(row, action)
    await revisions.write()


async def record_item(session: AsyncSession, item_id: UUID, command: RecordItem, actor: Actor) -> ItemRow:
    """Record an item or change what it says. Repeating changes nothing. Raises Problem 404, 409 or 422."""
    stored = await store.get_item(session, item_id, actor.principal, "items:write", to_change=True)
    kind, values = kinds()[str(command.item_kind)], cleaned(command.values)
    state = stored.state if stored is not None else command.state or kind.first[0]
    chosen = await store.choices(session, actor.principal.carriers)
    problems = check_values(kind, values, chosen) or _check(kind, values, state, stored)
    if stored is not None and stored.item_kind != kind.kind:
        text = "Die Art eines Vorgangs lässt sich nicht ändern."
        problems = [FieldProblem("item_kind", kind.kind.de, text, "Bitte einen neuen anlegen.")]
    if problems:
        raise invalid(*problems)
    content = await _content(session, kind, values, actor)
    revision = next_revision(stored, content, command.revision)
    if revision is None and stored is not None:
        return stored
    row = stored or ItemRow(
        item_id=item_id,
        carrier_id=actor.principal.carrier,
        origin=Origin.ENTERED.value,
        recorded_on=actor.today,
        item_kind=kind.kind.value,
        state=state,
        revision=1,
        **{"delivery": Delivery.NOT_STATED.value, **content},
    )
    _unreview(kind, row, values)
    row.sqlmodel_update(content)
    row.withdrawn = False
    await save(session, row, "item.recorded", actor, revision or 1)
    return row


def _check(kind: ItemType, values: Values, state: str, stored: ItemRow | None) -> Sequence[FieldProblem]:
    """Problems of an item as a whole; its offering was chosen, and the state of a stored one stands."""
    first = check_first(kind, state) if stored is None else []
    problems = first or check_item({**values, "item_kind": kind.kind, "state": state, "offering": None}, ())
    before = stored.details.get("azav") if stored is not None else None
    imported = stored is not None and before in (None, AzavState.NOT_STATED)
    if values.get("azav") == AzavState.NOT_STATED and not imported:
        text = "„nicht angegeben“ gibt es nur bei Vorgängen aus alten Listen."
        problems.append(FieldProblem("azav", None, text, f"Bitte zum Beispiel „{AzavState.NONE.de}“ wählen."))
    return problems


async def _content(session: AsyncSession, kind: ItemType, values: Values, actor: Actor) -> dict[str, Any]:
    """What a row holds of the values: columns that figures count by, and the rest.

    A column that the kind does not ask for stays as it is: a file may have told it.
    """
    offerings = await records.offerings_in_force(session, actor.principal.carrier) if values.get("offering") else {}
    details = {one.name: values[one.name] for one in kind.fields if one.name not in COLUMNS and values.get(one.name)}
    columns: dict[str, Any] = {
        **{name: values.get(name) for name in ("round", "area", "route")},
        "delivery": values.get("delivery"),
        "offering": offerings.get(values.get("offering") or ""),
        "run": UUID(run) if (run := values.get("run")) else None,
    }
    asked = {one.name for one in kind.fields}
    return {IDS.get(name, name): value for name, value in columns.items() if name in asked} | {"details": details}


def _unreview(kind: ItemType, row: ItemRow, values: Values) -> None:
    """Other public texts than those that were handed in or released are to be reviewed again."""
    if kind.public and sheet_of(kind, values) != sheet_of(kind, row.details):
        row.review = Review.OPEN.value


async def change_state(session: AsyncSession, item_id: UUID, command: ChangeState, actor: Actor) -> ItemRow:
    """Go a step (VST-01). Going to where it is changes nothing. Raises Problem 404, 409 or 422."""
    row = await store.get_item(session, item_id, actor.principal, "items:write", to_change=True)
    if row is not None and not row.withdrawn and row.state == command.state:
        return row
    row = await found(session, item_id, actor, "items:write", command.revision)
    kind = kinds()[row.item_kind]
    values = {**row.details, **{name: getattr(row, name) for name in ("area", "delivery", "route", "round")}}
    problems = check_step(kind, row.state, command.state, command.reason)
    problems = problems or check_item({**values, "item_kind": row.item_kind, "state": command.state}, ())
    if problems:
        raise invalid(*problems)
    row.state, row.reason = command.state, command.reason
    if row.state == ItemState.WITHDRAWN:
        unpublish(row)
    await save(session, row, "item.advanced", actor)
    return row


async def withdraw_item(session: AsyncSession, item_id: UUID, command: Withdraw, actor: Actor) -> None:
    """Withdraw an item recorded by mistake; nothing of it is public any more. Repeatable. Raises Problem 404."""
    row = await store.get_item(session, item_id, actor.principal, "items:write", to_change=True)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.withdrawn, row.reason = True, command.reason
    if row.item_kind == ItemKind.PROJECT and row.state == ItemState.PUBLISHED:
        row.state = ItemState.WITHDRAWN.value
    unpublish(row)
    await save(session, row, "item.withdrawn", actor)


def unpublish(row: ItemRow) -> None:
    """Take an item's texts from the public; they can be handed in again."""
    row.public_sheet, row.released_on, row.review = None, None, Review.OPEN.value
