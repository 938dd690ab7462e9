"""E-mails about a registration, made when they are sent: what was decided and why, and the link; nobody's name."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.enrolment import words
from services.registration.enrolment.registering import ticket_of
from services.registration.enrolment.tables import RegistrationMailRow
from services.registration.mailing.delivery import envelope
from services.registration.mailing.queues import Letter, Post, Queue
from services.registration.run_tables import RegistrationRow, TrainingRunRow
from shared.clock import BERLIN
from shared.vocabulary import Programme
from shared.vocabulary.runs import RegistrationMail, RegistrationState

S, M = RegistrationState, RegistrationMail
TOLD = {
    M.RECEIVED: frozenset({S.SUBMITTED}),
    M.DECIDED: frozenset({S.ACCEPTED, S.WAITING, S.CANCELLED}),
    M.OFFERED: frozenset({S.OFFERED}),
    M.EXPIRED: frozenset({S.REJECTED}),
    M.WITHDRAWN: frozenset({S.WITHDRAWN}),
}
"""What each e-mail is about; in another state it would tell what is not true any more."""
SUBJECTS = {
    S.SUBMITTED: "Ihre Anmeldung ist eingegangen",
    S.ACCEPTED: "Zusage",
    S.WAITING: "Warteliste",
    S.OFFERED: "Ein Platz ist frei",
    S.REJECTED: "Absage",
    S.WITHDRAWN: "Ihre Anmeldung ist zurückgezogen",
    S.CANCELLED: "Der Durchgang ist abgesagt",
}


def outdated(row: RegistrationRow, kind: RegistrationMail, now: datetime) -> bool:
    """Whether an e-mail would tell what is not true any more, or offer what is gone."""
    if RegistrationState(row.state) not in TOLD[kind]:
        return True
    return kind is M.OFFERED and (row.offered_until is None or row.offered_until < now)


def moment(at: datetime) -> str:
    """An instant by the clock of Berlin."""
    return f"{at.astimezone(BERLIN):%d.%m.%Y, %H:%M} Uhr"


def text_of(row: RegistrationRow, run: TrainingRunRow, link: str) -> str:
    """What an e-mail says."""
    lines = ["Guten Tag,", "", f"zu Ihrer Anmeldung für „{run.public_title}“:", ""]
    lines += words.told(row.state, row.reason)
    if row.state == S.SUBMITTED and run.deadline:
        lines += [f"Anmeldefrist: {moment(run.deadline)}"]
    if row.state == S.OFFERED and row.offered_until:
        lines += [f"Der Platz ist für Sie frei gehalten bis {moment(row.offered_until)}."]
    if row.state not in (S.WITHDRAWN, S.CANCELLED, S.REJECTED):
        lines += ["", f"Beginn: {run.starts_on:%d.%m.%Y}"]
        lines += ["Die Teilnahme ist kostenlos."] if run.programme == Programme.IKO else []
    return "\n".join([*lines, "", "Stand Ihrer Anmeldung, zurückziehen oder annehmen:", link])


async def letter_of(session: AsyncSession, mail: RegistrationMailRow, post: Post) -> Letter | None:
    """The letter of a mail, None when there is nothing to tell. Raises ValueError when the address cannot be one."""
    row = await session.get(RegistrationRow, mail.registration_id)
    run = await session.get(TrainingRunRow, row.run_id) if row else None
    if row is None or run is None or not row.email or outdated(row, RegistrationMail(mail.kind), post.now):
        return None
    subject = f"{run.public_title}: {SUBJECTS[RegistrationState(row.state)]}"
    message = envelope(str(mail.mail_id), row.email, subject, post.settings, post.now)
    link = f"{post.settings.public_url.rstrip('/')}/anmeldung/{ticket_of(row.registration_id, post.key)}"
    message.set_content(text_of(row, run, link))
    return Letter(message, row.email)


QUEUE = Queue(RegistrationMailRow, letter_of)
