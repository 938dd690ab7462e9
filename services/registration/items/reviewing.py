"""How public texts become public: handed in by the trainer, released or given back by who coordinates the network."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.item_tables import ItemRow
from services.registration.items.commands import Release, Return, Submit
from services.registration.items.handlers import found, save, unpublish
from services.registration.items.kinds import ItemType, kinds
from services.registration.items.sheets import check_sheet, sheet_of, texts_of
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import Actor
from shared.vocabulary import ItemKind, ItemState
from shared.vocabulary.items import Review
from shared.vocabulary.personal import Suspicion, suspicions

NOTHING = "Von diesem Vorgang wird nichts veröffentlicht."
NOT_SUBMITTED = "Dieser Vorgang liegt nicht zur Freigabe vor. Bitte laden Sie ihn neu."
REMEDY = "Bitte herausnehmen, oder bestätigen, dass es so öffentlich werden soll."
NOT_RELEASED = "Von diesem Vorgang ist nichts veröffentlicht."


def doubts(row: ItemRow) -> list[Suspicion]:
    """What in the public texts looks like a person (PDB-04)."""
    return suspicions(texts_of(kinds()[row.item_kind], row.details))


def _check(kind: ItemType, row: ItemRow, *, confirmed: bool) -> Sequence[FieldProblem]:
    """Problems of texts that shall become public: gaps, length, and what looks like a person and nobody has confirmed.

    Each field is named once, with all that is found in it.
    """
    if problems := check_sheet(kind, row.details):
        return problems
    if confirmed:
        return []
    texts: dict[str, list[str]] = {}
    for one in doubts(row):
        texts.setdefault(one.field, []).append(one.text)
    return [FieldProblem(name, None, " ".join(found), REMEDY) for name, found in texts.items()]


def _public_kind(row: ItemRow) -> ItemType:
    kind = kinds()[row.item_kind]
    if not kind.public:
        raise Problem(409, NOTHING)
    return kind


async def submit(session: AsyncSession, item_id: UUID, command: Submit, actor: Actor) -> ItemRow:
    """Hand the public texts in. Raises Problem 404, 409, 422 naming what is missing or looks like a person."""
    row = await found(session, item_id, actor, "items:write", command.revision)
    kind = _public_kind(row)
    if problems := _check(kind, row, confirmed=command.confirmed):
        raise invalid(*problems)
    if row.review == Review.SUBMITTED:
        return row
    row.review, row.reason = Review.SUBMITTED.value, None
    await save(session, row, "item.submitted", actor)
    return row


async def release(session: AsyncSession, item_id: UUID, command: Release, actor: Actor) -> ItemRow:
    """Make what was handed in public, as it was shown (PDB-01). Raises Problem 404, 409 or 422."""
    row = await found(session, item_id, actor, "items:release", command.revision)
    kind = _public_kind(row)
    if row.review != Review.SUBMITTED:
        raise Problem(409, NOT_SUBMITTED)
    problems = list(_check(kind, row, confirmed=command.confirmed))
    if not command.seen_as_public:
        text = "Bitte bestätigen Sie, dass Sie die öffentliche Fassung gesehen haben."
        problems.append(FieldProblem("seen_as_public", None, text, "Sie steht in der Vorschau."))
    if problems:
        raise invalid(*problems)
    row.public_sheet = {name: text for name, text in sheet_of(kind, row.details).items() if text}
    row.review, row.released_on, row.reason = Review.RELEASED.value, actor.today, None
    if row.item_kind == ItemKind.PROJECT:
        row.state = ItemState.PUBLISHED.value
    await save(session, row, "item.released", actor)
    return row


async def give_back(session: AsyncSession, item_id: UUID, command: Return, actor: Actor) -> ItemRow:
    """Give back what was handed in; what was released before stays public. Raises Problem 404 or 409."""
    row = await found(session, item_id, actor, "items:release", command.revision)
    if row.review != Review.SUBMITTED:
        raise Problem(409, NOT_SUBMITTED)
    row.review, row.reason = Review.RETURNED.value, command.reason
    await save(session, row, "item.returned", actor)
    return row


async def take_back(session: AsyncSession, item_id: UUID, command: Return, actor: Actor) -> ItemRow:
    """Take from the public what was released; a project is withdrawn. Raises Problem 404 or 409."""
    row = await found(session, item_id, actor, "items:release", command.revision)
    if row.public_sheet is None:
        raise Problem(409, NOT_RELEASED)
    unpublish(row)
    row.reason = command.reason
    if row.item_kind == ItemKind.PROJECT:
        row.state = ItemState.WITHDRAWN.value
    await save(session, row, "item.unpublished", actor)
    return row
