"""E-mails about an appointment, made when they are sent: German, and above it the language of the page she came by.

They say when and where. Wish and name stay in registration; a mailbox is read by more people than one thinks.
"""

import tomllib
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_time
from sqlmodel.ext.asyncio.session import AsyncSession

from services.registration.appointments import store
from services.registration.appointments.ics import Place, calendar_of
from services.registration.appointments.tables import AppointmentRow
from services.registration.appointments.tickets import token_of
from services.registration.mailing.delivery import envelope
from services.registration.mailing.queues import Post
from shared.clock import BERLIN
from shared.vocabulary import MailKind

TEXTS = Path(__file__).parent / "texts.toml"
Texts = dict[str, str]


@cache
def texts() -> dict[str, Texts]:
    """The sentences of e-mails by language."""
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def compose(row: AppointmentRow, mail_id: str, kind: MailKind, place: Place, post: Post) -> EmailMessage:
    """The e-mail. Raises ValueError when the address cannot be one."""
    languages = [code for code in (row.page_language, "de") if code in texts()]
    link = f"{post.settings.public_url.rstrip('/')}/termin/{token_of(row.appointment_id, post.key)}"
    parts = [_part(row, kind, place, link, code) for code in dict.fromkeys(languages)]
    subject = " / ".join(dict.fromkeys(subject for subject, _ in parts))
    message = envelope(mail_id, row.email or "", subject, post.settings, post.now)
    message.set_content("\n\n----------\n\n".join(body for _, body in parts))
    if row.starts_at is not None:
        cancelled = kind is MailKind.CANCELLATION
        content = calendar_of(row, place, title_of(row), post.now, cancelled=cancelled)
        method = "CANCEL" if cancelled else "PUBLISH"
        message.add_attachment(content, "text", "calendar", filename="termin.ics", params={"method": method})
    return message


def title_of(row: AppointmentRow) -> str:
    """What a calendar calls it, in the language of the page she came by."""
    return texts().get(row.page_language, texts()["de"])["title"]


async def place_of(session: AsyncSession, row: AppointmentRow) -> Place:
    """Where an appointment is."""
    if row.office_id is None:
        return Place("")
    office, unit = await store.get_office(session, row.office_id), (await store.units(session)).get(row.office_id)
    told = (office.address or "", office.phone or "") if office else ("", "")
    return Place(unit.name if unit else "", *told)


def _part(row: AppointmentRow, kind: MailKind, place: Place, link: str, language: str) -> tuple[str, str]:
    """Subject and body in a language."""
    said = texts()[language]
    name = kind.value if row.starts_at is not None else "waiting"
    lines = [said["greeting"], "", said[name], ""]
    if row.starts_at is not None:
        lines += [f"{said['when']}: {moment(row.starts_at, language)}"]
    lines += [f"{said['where']}: {', '.join(filter(None, (place.name, place.address)))}"]
    lines += [f"{said['phone']}: {place.phone}"] if place.phone else []
    lines += [f"{said['way']}: {said[row.channel]}"]
    if kind is not MailKind.CANCELLATION:
        lines += ["", said["cancel"], link]
    lines += ["", said["free"]]
    return said[f"{name}_subject"], "\n".join(lines)


def moment(at: datetime, language: str) -> str:
    """An instant as people of a language write it, by the clock of the office."""
    local = at.astimezone(BERLIN)
    return f"{format_date(local, 'full', locale=language)}, {format_time(local, 'HH:mm', locale=language)}"
