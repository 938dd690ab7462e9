"""Every table of this service, and what it holds of a person; a table that is not here fails a test."""

from typing import Any

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import col, select

from services.registration.appointments.tables import AppointmentRow, MailRow
from services.registration.attendance.tables import TaskRow
from services.registration.certificates.retention import FORGOTTEN
from services.registration.certificates.tables import CertificateRow
from services.registration.contact_tables import FORGOTTEN as CONTACT_FORGOTTEN
from services.registration.contact_tables import ContactPersonRow
from services.registration.enrolment.tables import RegistrationMailRow
from services.registration.proposals.tables import AnswerRow, ProposalRow
from services.registration.rights.tables import ErasedReferenceRow
from services.registration.rights.words import (
    ANSWER,
    APPOINTMENT,
    CERTIFICATE,
    CONTACT_PERSON,
    PARTICIPANT,
    PARTICIPATION,
    PERSON,
    PRESENT,
    PROPOSAL,
    REGISTERED,
    TASK,
)
from services.registration.run_tables import AttendanceRow, ParticipantRow, RegistrationRow, RunMeetingRow
from services.registration.tables import ParticipationRow, PersonKeyRow, PersonMergeRow, PersonRow
from shared.audit import AuditRow
from shared.inbox import ParkedRow
from shared.outbox import OutboxRow
from shared.rights import Held, Subject, among
from shared.rights.tombstones import ErasedPersonRow, TombstoneRow

ABOUT_NOBODY = frozenset(
    {
        "ahead", "audit_seal", "centre_state", "contact_persons", "delivered", "import_chunk", "import_error",
        "import_job", "inbox", "ingest_cursor", "intake_office", "item", "meeting", "occupation", "offering",
        "resent", "retention_run", "run_feedback", "run_feedback_link", "structure", "training_run",
    }
)  # fmt: skip
"""Tables of structure, of headcounts and offers, of files (gone, or cells that were refused) and of transport.

Feedback is numbers without anybody: who answered is recorded nowhere.
"""


def told(subject: Subject) -> ColumnElement[bool]:
    """Condition: messages that tell the network's counselling her profile, who she became, or what was answered."""
    answers = select(AnswerRow.proposal_id).where(col(AnswerRow.carrier_id) == subject.carrier)
    hers = col(OutboxRow.entity_id).in_(answers.where(among(AnswerRow.person_id, subject.persons)))
    profile = col(OutboxRow.kind).in_(("person_changed", "person_merged"))
    answered = (col(OutboxRow.kind) == "proposal_answered") & hers
    return or_(profile & among(OutboxRow.entity_id, subject.persons), answered)


def parked(subject: Subject) -> ColumnElement[bool]:
    """Condition: parked messages that hold her id."""
    body = func.encode(col(ParkedRow.body), "escape")
    return or_(false(), *(body.contains(str(person)) for person in subject.persons))


def merged(subject: Subject) -> ColumnElement[bool]:
    """Condition: her merges, in either role."""
    of = or_(among(PersonMergeRow.person_id, subject.persons), among(PersonMergeRow.merged_into, subject.persons))
    return (col(PersonMergeRow.carrier_id) == subject.carrier) & of


def participations(subject: Subject) -> ColumnElement[bool]:
    """Condition: her participations, by her id or by the reference that a carrier's old system has for her."""
    hers = among(ParticipationRow.person_id, subject.persons) | among(ParticipationRow.person_key, subject.references)
    return (col(ParticipationRow.carrier_id) == subject.carrier) & hers


def elsewhere(subject: Subject) -> ColumnElement[bool]:
    """Condition: participations at another carrier of the network, which this one had proposed her to."""
    return (col(ParticipationRow.carrier_id) != subject.carrier) & among(ParticipationRow.person_id, subject.persons)


def appointments(subject: Subject) -> ColumnElement[bool]:
    """Condition: her appointments."""
    of = among(AppointmentRow.person_id, subject.persons)
    return (col(AppointmentRow.carrier_id) == subject.carrier) & of


def participants(subject: Subject) -> ColumnElement[bool]:
    """Condition: her as a participant of runs."""
    return (col(ParticipantRow.carrier_id) == subject.carrier) & among(ParticipantRow.person_id, subject.persons)


def attended(subject: Subject) -> ColumnElement[bool]:
    """Condition: her attendance."""
    hers = select(ParticipantRow.participant_id).where(participants(subject))
    return col(AttendanceRow.participant_id).in_(hers)


def handed_in(subject: Subject) -> ColumnElement[bool]:
    """Condition: her practice tasks."""
    hers = select(ParticipantRow.participant_id).where(participants(subject))
    return col(TaskRow.participant_id).in_(hers)


def contact(subject: Subject) -> ColumnElement[bool]:
    """Condition: her profile as a contact person."""
    hers = select(ParticipantRow.contact_person_id).where(participants(subject))
    return col(ContactPersonRow.contact_person_id).in_(hers)


def registered(subject: Subject) -> ColumnElement[bool]:
    """Condition: registrations that she is part of."""
    hers = select(ParticipantRow.registration_id).where(participants(subject))
    return col(RegistrationRow.registration_id).in_(hers)


def certificates(subject: Subject) -> ColumnElement[bool]:
    """Condition: her certificates, also those issued before it was known who she is; none of her house."""
    participant = select(ParticipantRow.participant_id).where(participants(subject))
    mine = select(RegistrationRow.registration_id).where(registered(subject), col(RegistrationRow.house).is_(None))
    hers = among(CertificateRow.person_id, subject.persons) | col(CertificateRow.participant_id).in_(participant)
    hers |= col(CertificateRow.registration_id).in_(mine)
    return (col(CertificateRow.carrier_id) == subject.carrier) & hers


def dates(subject: Subject) -> ColumnElement[bool]:
    """Condition: dates that her team alone has."""
    hers = select(ParticipantRow.registration_id).where(participants(subject))
    return col(RunMeetingRow.registration_id).in_(hers)


def mails(subject: Subject) -> ColumnElement[bool]:
    """Condition: e-mails about her appointments; they hold no address and no text."""
    hers = select(AppointmentRow.appointment_id).where(appointments(subject))
    return col(MailRow.appointment_id).in_(hers)


def registration_mails(subject: Subject) -> ColumnElement[bool]:
    """Condition: e-mails about registrations that she is part of; they hold no address and no text."""
    hers = select(ParticipantRow.registration_id).where(participants(subject))
    return col(RegistrationMailRow.registration_id).in_(hers)


UNLINKED: dict[str, Any] = {
    "person_id": None,
    "person_key": None,
    "external_id": None,
    "row_hash": None,
    "row_recorded_on": None,
    "ended_recorded_on": None,
    "company_key": None,
    "german_level": None,
    "phases": [],
    "withdrawn_reason": None,
}
"""What of a participation goes with the person: all but the statistical record."""
REGISTRY = (
    Held(OutboxRow, "Nachrichten im Netzwerk", told, kept_back=frozenset(OutboxRow.model_fields)),
    Held(ParkedRow, "Zurückgestellte Nachrichten", parked, kept_back=frozenset(ParkedRow.model_fields)),
    Held(MailRow, "E-Mails zu Terminen", mails, kept_back=frozenset(MailRow.model_fields)),
    Held(AppointmentRow, "Termine", appointments, APPOINTMENT,
         frozenset({"appointment_id", "carrier_id", "revision", "ends_at", "place", "page_language", "token_hash",
                    "person_id", "session_id"})),
    # A date in the house of her team: it says nothing of her alone.
    Held(RunMeetingRow, "Termine von Durchgängen", dates, kept_back=frozenset(RunMeetingRow.model_fields), unlink={}),
    Held(RegistrationMailRow, "E-Mails zu Anmeldungen", registration_mails,
         kept_back=frozenset(RegistrationMailRow.model_fields)),
    Held(AttendanceRow, "Anwesenheit bei Terminen", attended, PRESENT,
         frozenset({"run_meeting_id", "participant_id", "carrier_id"})),
    # What is printed can still be checked by its code, and says nothing of her any more.
    Held(CertificateRow, "Bescheinigungen", certificates, CERTIFICATE,
         frozenset({"certificate_id", "run_id", "participant_id", "registration_id", "person_id", "carrier_id",
                    "revision", "issued_by", "code_hash"}), FORGOTTEN),
    Held(TaskRow, "Praxisaufgaben", handed_in, TASK, frozenset({"participant_id", "carrier_id"})),
    # The network's number of past months stays what it was: the days stay, she goes.
    Held(ContactPersonRow, "Ansprechperson", contact, CONTACT_PERSON,
         frozenset({"contact_person_id", "carrier_id", "revision", "withdrawn", "search_name"}),
         dict(CONTACT_FORGOTTEN)),
    # The registration may be a team's: it stays, without what leads to her.
    Held(RegistrationRow, "Anmeldungen zu Durchgängen", registered, REGISTERED,
         frozenset({"registration_id", "run_id", "carrier_id", "revision", "withdrawn", "source", "house_key",
                    "token_hash"}),
         {"email": None, "phone": None}),
    Held(ParticipantRow, "Teilnahme an Durchgängen", participants, PARTICIPANT,
         frozenset({"participant_id", "run_id", "registration_id", "carrier_id", "revision", "withdrawn",
                    "person_id", "contact_person_id"})),
    Held(PersonKeyRow, "Suchschlüssel",
         lambda of: (col(PersonKeyRow.carrier_id) == of.carrier) & among(PersonKeyRow.person_id, of.persons),
         kept_back=frozenset(PersonKeyRow.model_fields)),
    Held(PersonRow, "Angaben zur Person",
         lambda of: (col(PersonRow.carrier_id) == of.carrier) & among(PersonRow.person_id, of.persons), PERSON,
         frozenset({"person_id", "carrier_id", "revision", "withdrawn", "search_name", "keys_version"})),
    Held(PersonMergeRow, "Zusammengeführt mit", merged, kept_back=frozenset(PersonMergeRow.model_fields)),
    Held(AnswerRow, "Antworten auf Vorschläge",
         lambda of: (col(AnswerRow.carrier_id) == of.carrier) & among(AnswerRow.person_id, of.persons), ANSWER,
         frozenset({"proposal_id", "revision", "withdrawn", "carrier_id", "person_id", "answered_by"})),
    Held(ProposalRow, "Vorschläge an eine Qualifizierung",
         lambda of: (col(ProposalRow.carrier_id) == of.carrier) & among(ProposalRow.person_id, of.persons), PROPOSAL,
         frozenset({"proposal_id", "revision", "carrier_id", "person_id"})),
    # Another carrier's record: it is not shown here, and only the link to the register goes.
    Held(ParticipationRow, "Teilnahmen bei anderen Trägern", elsewhere,
         kept_back=frozenset(ParticipationRow.model_fields), unlink={"person_id": None}),
    Held(ParticipationRow, "Teilnahmen", participations, PARTICIPATION,
         frozenset({"participation_id", "carrier_id", "revision", "offering_id", "person_id", "person_key", "row_hash",
                    "row_recorded_on", "ended_recorded_on", "company_key", "esf_participant_id"}), UNLINKED),
    # Who did what to which number, without a name: the proof that she was erased (docs/audit.md).
    Held(AuditRow, "Protokoll", lambda of: among(AuditRow.entity_id, of.persons),
         kept_back=frozenset(AuditRow.model_fields), unlink={}),
    # Made by her erasure: her random id, and hashes of nobody in particular.
    Held(ErasedPersonRow, "Gelöschte Personen", lambda of: among(ErasedPersonRow.person_id, of.persons),
         kept_back=frozenset(ErasedPersonRow.model_fields), unlink={}),
    Held(ErasedReferenceRow, "Gelöschte Aktenzeichen", lambda _of: false(),
         kept_back=frozenset(ErasedReferenceRow.model_fields), unlink={}),
    Held(TombstoneRow, "Gelöschte Zeilen", lambda _of: false(), kept_back=frozenset(TombstoneRow.model_fields),
         unlink={}),
)  # fmt: skip
"""All that is held of persons."""
