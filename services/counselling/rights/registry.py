"""Every table of this service, and what it holds of a person; a table that is not here fails a test.

The order is that of erasure: what hangs on a case goes before the case.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import col, select

from services.counselling.cases.tables import CaseRow, DocumentRow, HandoverRow, StepRow
from services.counselling.consents.tables import ConsentRow, TransferRow
from services.counselling.procedures.tables import StageRow
from services.counselling.referrals.tables import ReferralRow
from services.counselling.rights.words import (
    CASE,
    CONSENT,
    DOCUMENT,
    HANDOVER,
    PROCEDURE,
    PROFILE,
    REFERRAL,
    SESSION,
    STAGE,
    STEP,
    TRANSFER,
)
from services.counselling.sensitive.tables import OpeningRow, SensitiveRow
from services.counselling.tables import DraftRow, MergeRow, ProcedureRow, ProfileRow, SessionRow
from shared.audit import AuditRow
from shared.inbox import ParkedRow
from shared.nationalities import NOT_STATED
from shared.outbox import OutboxRow
from shared.rights import Held, Subject, among
from shared.rights.tombstones import TombstoneRow

ABOUT_NOBODY = frozenset(
    {
        "ahead", "audit_seal", "authority", "body", "centre_state", "counselling_company", "counselling_group",
        "counselling_outreach", "counselling_unit", "delivered", "import_chunk", "import_error", "import_job", "inbox",
        "ingest_cursor", "resent", "retention_run", "structural_work",
    }
)  # fmt: skip
"""Tables of structure, of headcounts and companies, of files (gone, or cells that were refused) and of transport."""


def in_case(table: Any) -> Callable[[Subject], ColumnElement[bool]]:
    """Condition: rows of her cases."""
    return lambda subject: (table.carrier_id == subject.carrier) & among(table.case_id, subject.cases)


def her_sessions(subject: Subject) -> ColumnElement[bool]:
    """Condition: her sessions, but for those in cases hidden from the one who asks."""
    hers = or_(
        among(SessionRow.person_id, subject.persons),
        among(SessionRow.recorded_person_id, subject.persons),
        among(SessionRow.person_key, subject.references),
    )
    case = col(SessionRow.case_id)
    shown = or_(case.is_(None), case.not_in(subject.hidden)) if subject.hidden else True
    return (col(SessionRow.carrier_id) == subject.carrier) & hers & shown


def her_drafts(subject: Subject) -> ColumnElement[bool]:
    """Condition: drafts about her, and what serves to undo a change of her or of her sessions."""
    sessions = select(SessionRow.session_id).where(her_sessions(subject))
    draft, person = col(DraftRow.draft_id), col(DraftRow.person_id)
    hers = or_(among(person, subject.persons), among(draft, subject.persons), draft.in_(sessions))
    return (col(DraftRow.carrier_id) == subject.carrier) & hers


def parked(subject: Subject) -> ColumnElement[bool]:
    """Condition: parked messages that hold her id."""
    body = func.encode(col(ParkedRow.body), "escape")
    return or_(false(), *(body.contains(str(person)) for person in subject.persons))


def proposed(subject: Subject) -> ColumnElement[bool]:
    """Condition: messages about her referrals, which name her inside the network."""
    referrals = select(ReferralRow.referral_id).where(in_case(ReferralRow)(subject))
    return (col(OutboxRow.kind) == "qualification_proposed") & col(OutboxRow.entity_id).in_(referrals)


def about(table: Any) -> Callable[[Subject], ColumnElement[bool]]:
    """Condition: rows of her persons."""
    return lambda subject: (table.carrier_id == subject.carrier) & among(table.person_id, subject.persons)


def audited(subject: Subject) -> ColumnElement[bool]:
    """Condition: acts on her and her cases."""
    return among(AuditRow.entity_id, (*subject.persons, *subject.cases))


OF_CASE = frozenset({"carrier_id", "case_id", "revision"})
"""Kept back of each part of a case: keys, and a number for saving."""
UNTOLD = dict.fromkeys(
    ("person_id", "person_key", "recorded_person_id", "case_id", "external_id", "row_hash", "row_recorded_on")
)
"""What leads from a statistical record to its person."""
REGISTRY = (
    Held(OutboxRow, "Nachrichten im Netzwerk", proposed, kept_back=frozenset(OutboxRow.model_fields)),
    Held(ParkedRow, "Zurückgestellte Nachrichten", parked, kept_back=frozenset(ParkedRow.model_fields)),
    Held(DraftRow, "Entwürfe (verschlüsselt)", her_drafts, kept_back=frozenset(DraftRow.model_fields)),
    Held(TransferRow, "Weitergegeben an", in_case(TransferRow), TRANSFER,
         OF_CASE | {"transfer_id", "consent_id", "body_id", "subject", "made_at"}),
    Held(ReferralRow, "Verweise", in_case(ReferralRow), REFERRAL,
         OF_CASE | {"referral_id", "session_id", "transfer_id", "answer_revision"}),
    Held(ConsentRow, "Entbindungen von der Schweigepflicht", in_case(ConsentRow), CONSENT, OF_CASE | {"consent_id"}),
    Held(StageRow, "Etappen von Anerkennungsverfahren", in_case(StageRow), STAGE,
         OF_CASE | {"stage_id", "procedure_id"}),
    Held(ProcedureRow, "Anerkennungsverfahren", in_case(ProcedureRow), PROCEDURE,
         OF_CASE | {"procedure_id", "programme_line", "recorded_on"},
         {"case_id": None, "authority_id": None, "announced_on": None, "withdrawn_reason": None, "reached": []}),
    Held(StepRow, "Schritte im Hilfeplan", in_case(StepRow), STEP, OF_CASE | {"step_id"}),
    Held(DocumentRow, "Liste der Unterlagen", in_case(DocumentRow), DOCUMENT, OF_CASE | {"document_id"}),
    Held(HandoverRow, "Übergaben", in_case(HandoverRow), HANDOVER,
         OF_CASE - {"revision"} | {"handover_id", "from_subject", "to_subject", "decided_by"}),
    # Sealed: `disclosure` tells what is in it, where it is open.
    Held(SensitiveRow, "Vertrauliche Angaben (verschlüsselt)", in_case(SensitiveRow),
         kept_back=frozenset(SensitiveRow.model_fields)),
    Held(OpeningRow, "Wer vertrauliche Angaben geöffnet hat", in_case(OpeningRow),
         kept_back=frozenset(OpeningRow.model_fields)),
    Held(SessionRow, "Beratungen", her_sessions, SESSION,
         frozenset(UNTOLD) - {"external_id"} | {
             "session_id", "carrier_id", "revision", "first_recorded_on", "type_given", "recorded_by", "project_id",
             "erased",
         },
         UNTOLD | {"erased": True, "founder": None, "partner_id": None, "withdrawn_reason": None}),
    Held(CaseRow, "Fälle", in_case(CaseRow), CASE,
         OF_CASE | {"person_id", "recorded_person_id", "owner", "deputy"}),
    Held(MergeRow, "Zusammengeführt mit", about(MergeRow), kept_back=frozenset(MergeRow.model_fields)),
    # Stays, withdrawn and without a trait: what is told late of her finds that she is gone.
    Held(ProfileRow, "Angaben für die Statistik", about(ProfileRow), PROFILE,
         frozenset({"person_id", "revision", "withdrawn", "carrier_id"}),
         {"withdrawn": True, "nationality": NOT_STATED, "refugee_background": NOT_STATED, "gender": NOT_STATED}),
    # Who did what to which number, without a name: the proof that she was erased (docs/audit.md).
    Held(AuditRow, "Protokoll", audited, kept_back=frozenset(AuditRow.model_fields), unlink={}),
    # Hashes of nobody in particular: made by her erasure.
    Held(TombstoneRow, "Gelöschte Zeilen", lambda _subject: false(), kept_back=frozenset(TombstoneRow.model_fields),
         unlink={}),
)  # fmt: skip
"""All that is held of persons."""
