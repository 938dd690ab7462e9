"""Hands an e-mail to the mail server, and says what became of it."""

import logging
import re
import smtplib
import ssl
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import NamedTuple

from services.registration.mailing.settings import MailSettings
from shared.vocabulary import MailState

log = logging.getLogger(__name__)

ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}")


class Outcome(NamedTuple):
    """What became of an attempt; `reply` is a code, never the server's words."""

    state: MailState
    reply: str | None = None
    away: bool = False


SENT = Outcome(MailState.SENT)
DROPPED = Outcome(MailState.DROPPED)
NO_ADDRESS = Outcome(MailState.REFUSED, "address")


def outcome_of(code: int, text: bytes) -> Outcome:
    """An answer of the mail server: refused for good (5xx), or not now (4xx). RFC 5321, 3463."""
    found = ENHANCED.match(text)
    reply = f"{code} {found.group().decode()}" if found else str(code)
    return Outcome(MailState.REFUSED if code >= 500 else MailState.WAITING, reply)


def envelope(mail_id: str, to: str, subject: str, settings: MailSettings, now: datetime) -> EmailMessage:
    """An e-mail without its text. Raises ValueError when the address cannot be one."""
    domain = settings.sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=settings.sender)
    message["To"] = recipient(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    # The same at every attempt: a mailbox that gets it twice may show it once.
    message["Message-ID"] = f"<{mail_id}@{domain}>" if domain else make_msgid()
    message["Auto-Submitted"] = "auto-generated"  # no answering machine answers this (RFC 3834)
    return message


def recipient(text: str) -> Address:
    """An address as a header takes it. Raises ValueError for what is none; the library fails in several ways."""
    try:
        return Address(addr_spec=text)
    except (MessageError, IndexError) as error:
        raise ValueError("no address") from error


def deliver(message: EmailMessage, to: str, settings: MailSettings) -> Outcome:
    """Hand a message to the mail server; blocks. That it is away or does not let us in is no fault of the address."""
    try:
        with connected(settings) as server:
            try:
                server.send_message(message, settings.sender, [to])
            except smtplib.SMTPRecipientsRefused as error:
                return outcome_of(*next(iter(error.recipients.values())))
            except smtplib.SMTPDataError as error:
                text = error.smtp_error
                return outcome_of(error.smtp_code, text if isinstance(text, bytes) else text.encode())
            except (smtplib.SMTPNotSupportedError, UnicodeError):
                return NO_ADDRESS  # letters that this server cannot carry
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail server: %s", type(error).__name__)
        return Outcome(MailState.WAITING, away=True)
    return SENT


def connected(settings: MailSettings) -> smtplib.SMTP:
    """A connection to the mail server, signed in. Raises OSError or SMTPException."""
    where, wait = (settings.host, settings.port), settings.timeout_seconds
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=wait, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=wait)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.username and settings.password:
            server.login(settings.username, settings.password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server
