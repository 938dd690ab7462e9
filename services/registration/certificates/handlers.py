"""One function per command on certificates: load, decide, save, audit. The edge commits; no event is ever sent."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.certificates import rules, store
from services.registration.certificates.codes import code_of, hash_of
from services.registration.certificates.commands import IssueAll, IssueCertificate
from services.registration.certificates.rules import Holder
from services.registration.certificates.tables import CertificateRow
from services.registration.programmes.definition import definitions
from services.registration.run_tables import TrainingRunRow
from services.registration.runs.store import get_run
from shared import audit
from shared.problems import FieldProblem, Problem, invalid
from shared.recording import NOT_FOUND, Actor
from shared.vocabulary import Programme, RunState
from shared.vocabulary.certificates import CertificateKind

CANCELLED = "Dieser Durchgang ist abgesagt; für ihn werden keine Bescheinigungen ausgestellt."
WITHDRAWN = "Diese Bescheinigung ist zurückgezogen. Bitte stellen Sie eine neue aus."
FIXED = (
    "Eine ausgestellte Bescheinigung ändert sich nicht mehr. Bitte ziehen Sie sie mit Grund zurück und stellen Sie "
    "eine neue aus."
)
REASON = "Oder bitte begründen, warum sie trotzdem ausgestellt wird."


class Issued(NamedTuple):
    """What issuing for all has done: how many are new, how many were there, how many get none."""

    issued: int
    already: int
    left_out: int


async def issue(
    session: AsyncSession, run_id: UUID, certificate_id: UUID, command: IssueCertificate, actor: Actor
) -> CertificateRow:
    """Issue a certificate. Repeatable: who has one of the kind in force keeps it, and it is returned.

    Raises Problem 404 (another carrier's), 409 (cancelled run, another certificate there), 422 (something missing).
    """
    run = await _run(session, run_id, actor)
    kind = CertificateKind(command.kind)
    asked = (command.participant_id, command.registration_id)
    stored = await store.get_certificate(session, certificate_id, run_id, actor.principal.carriers)
    found = await store.holders(session, run, actor.instant)
    holder = next((one for one in found if kind in one.kinds and _asked(one) == asked), None)
    if holder is None:
        raise _nobody(found, asked)
    rows = await store.certificates_of(session, run_id, actor.principal.carriers)
    present = in_force(rows, kind, holder)
    _check_fixed(stored, present, command)
    if present is not None:
        return present
    lacking = rules.missing(kind, holder, run.programme)
    if lacking and command.exception is None:
        raise invalid(FieldProblem("exception", None, lacking, REASON))
    row = made(run, kind, holder, certificate_id, actor)
    row.name, row.exception = command.name or holder.name, command.exception if lacking else None
    await _save(session, row, "certificate.issued", actor)
    return row


async def issue_all(session: AsyncSession, run_id: UUID, command: IssueAll, actor: Actor) -> Issued:
    """Issue a kind to all who get it without a reason, in one act; who has one keeps it. Repeatable.

    Raises Problem 404 and 409 (cancelled run).
    """
    run, kind = await _run(session, run_id, actor), CertificateKind(command.kind)
    rows = await store.certificates_of(session, run_id, actor.principal.carriers)
    issued = already = left_out = 0
    for holder in await store.holders(session, run, actor.instant):
        if kind not in holder.kinds:
            continue
        if in_force(rows, kind, holder) is not None:
            already += 1
        elif rules.for_all(kind, holder, run.programme):
            await _save(session, made(run, kind, holder, uuid4(), actor), "certificate.issued", actor)
            issued += 1
        else:
            left_out += 1
    return Issued(issued, already, left_out)


async def withdraw(session: AsyncSession, run_id: UUID, certificate_id: UUID, reason: str, actor: Actor) -> None:
    """Withdraw a certificate for good; its code then says so. Repeatable. Raises Problem 404."""
    row = await store.get_certificate(session, certificate_id, run_id, actor.principal.carriers)
    if row is None:
        raise Problem(404, NOT_FOUND)
    if row.withdrawn:
        return
    row.sqlmodel_update(
        {"withdrawn": True, "withdrawn_on": actor.today, "withdrawn_reason": reason, "revision": row.revision + 1}
    )
    await _save(session, row, "certificate.withdrawn", actor)


def in_force(rows: Sequence[CertificateRow], kind: CertificateKind, holder: Holder) -> CertificateRow | None:
    """The certificate of a kind that somebody has; of a confirmation, the one that tells what is so now."""
    for row in rows:
        same = (row.participant_id, row.registration_id) == _asked(holder)
        if same and not row.withdrawn and row.kind == kind and row.standing == _standing(kind, holder):
            return row
    return None


def made(
    run: TrainingRunRow, kind: CertificateKind, holder: Holder, certificate_id: UUID, actor: Actor
) -> CertificateRow:
    """A new certificate with what is printed on it; on a confirmation, what the run will be."""
    there = rules.Attended() if kind is CertificateKind.REGISTRATION else holder.attended
    known = definitions().get(Programme(run.programme))
    steps = [known.step(code) for code in there.steps] if known else []
    participant, registration = _asked(holder)
    checked = kind is not CertificateKind.REGISTRATION
    return CertificateRow(
        certificate_id=certificate_id,
        run_id=run.run_id,
        carrier_id=run.carrier_id,
        participant_id=participant,
        registration_id=registration,
        person_id=holder.person_id,
        kind=kind.value,
        name=holder.name,
        title=run.public_title,
        contents=[step.title for step in steps if step],
        starts_on=there.first or run.starts_on,
        ends_on=there.last or run.ends_on or run.starts_on,
        days=there.days,
        minutes=there.minutes,
        standing=_standing(kind, holder),
        issued_on=actor.today,
        issued_by=actor.principal.subject,
        code_hash=hash_of(code_of(certificate_id, actor.key)) if checked else None,
    )


def _standing(kind: CertificateKind, holder: Holder) -> str:
    return holder.state if kind is CertificateKind.REGISTRATION else ""


def _asked(holder: Holder) -> tuple[UUID | None, UUID | None]:
    """Whom a certificate names: the participant, or the registration."""
    return (holder.participant_id, None) if holder.participant_id else (None, holder.registration_id)


def _check_fixed(stored: CertificateRow | None, present: CertificateRow | None, command: IssueCertificate) -> None:
    """What was issued stays as it is: what an id was used for, and the name that is printed. Raises Problem 409."""
    if stored is not None and stored.withdrawn:
        raise Problem(409, WITHDRAWN)
    if stored is not None and stored is not present:
        raise Problem(409, FIXED)
    if present is not None and command.name not in (None, present.name):
        raise Problem(409, FIXED)


def _nobody(found: Sequence[Holder], asked: tuple[UUID | None, UUID | None]) -> Problem:
    """There is nobody of that id in the run, or the kind is for somebody else."""
    if asked not in [_asked(one) for one in found]:
        return Problem(404, NOT_FOUND)
    text, remedy = "Diese Art passt nicht zu der Person oder Anmeldung.", "Bitte eine andere Art wählen."
    return invalid(FieldProblem("kind", None, text, remedy))


async def _run(session: AsyncSession, run_id: UUID, actor: Actor) -> TrainingRunRow:
    """The run, kept for this writer: two who issue at once do so one after the other."""
    run = await get_run(session, run_id, actor.principal.carriers, to_change=True)
    if run is None or run.withdrawn:
        raise Problem(404, NOT_FOUND)
    if run.state == RunState.CANCELLED:
        raise Problem(409, CANCELLED)
    return run


async def _save(session: AsyncSession, row: CertificateRow, action: str, actor: Actor) -> None:
    session.add(row)
    await session.flush()
    entry = audit.entry(actor.instant, actor.principal.subject, row.owner, action, row.key, row.revision)
    await audit.write(session, [entry])
