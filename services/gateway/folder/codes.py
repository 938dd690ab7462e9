"""The code of a sheet: a CWT (RFC 8392) signed with Ed25519 as COSE_Sign1 (RFC 9052), packed like a health certificate.

`IQ1:` and then base45 (RFC 9285) of the compressed token, so that a QR code needs its small alphabet only. Whoever has
the sheet can read all of it: it is signed, not secret. Checked offline.
"""

import secrets
import zlib
from calendar import timegm
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import cbor2
from base45 import b45decode, b45encode
from cwt import COSE, COSEMessage, COSETypes, CWTError

from services.gateway.folder.content import Content, named, numbered
from services.gateway.folder.keys import NO_KEY, Keyring, KnownKey
from shared.problems import FieldProblem, Problem, invalid

PREFIX = "IQ1:"
LIFE = timedelta(days=365)
LONGEST_TEXT = 5000
"""More than any QR code holds (4,296 characters)."""
LARGEST = 20_000
"""Bytes that a code may become when it is unpacked."""
LONGEST_CODE = 1450
"""Characters of a code that a scanner still reads from paper at 9 cm (version 25 with error correction M)."""
MOST_CODE = 3391
"""Characters of the largest QR code with error correction M."""
ISSUER, EXPIRES, ISSUED, SHEET_ID, SHEET = 1, 4, 6, 7, -70_000  # claims; the last is in the range for private use
ALGORITHM, KEY_ID, EDDSA = 1, 4, -8  # headers and algorithm of COSE
SHEET_ID_BYTES = 8
AGAIN = "Bitte scannen Sie noch einmal, bei hellem Licht und glattem Blatt, oder fragen Sie die Angaben ab."
ASK = "Bitte übernehmen Sie nichts daraus und fragen Sie die Angaben ab."
KEYBOARD = "Bitte stellen Sie den Scanner auf die deutsche Tastatur ein und scannen Sie noch einmal."


class Sheet(NamedTuple):
    """A sheet whose signature holds: which network has issued it, when, until when, and what it says."""

    network: str
    issued_on: date
    expires_on: date
    content: Content


def sign(content: Content, network: str, keys: Keyring, today: date) -> str:
    """The code of a sheet that is valid for a year. Raises Problem 409 where the network has no key.

    Its id is random and belongs to nobody, so that two sheets of one person have nothing in common but what they say.
    """
    if keys.own is None:
        raise Problem(409, NO_KEY)
    claims: dict[int, Any] = {ISSUER: network, EXPIRES: _instant(today + LIFE + timedelta(days=1))}
    claims |= {ISSUED: _instant(today), SHEET_ID: secrets.token_bytes(SHEET_ID_BYTES), SHEET: numbered(content)}
    headers = {ALGORITHM: EDDSA, KEY_ID: keys.own.kid}
    token = COSE.new().encode(cbor2.dumps(claims), keys.own, protected=headers)
    packed: bytes = b45encode(zlib.compress(token, 9))
    return PREFIX + packed.decode()


def fitted(content: Content, network: str, keys: Keyring, today: date) -> tuple[str, int]:
    """The code, and how many lines it had to leave out: what was done goes first, the next steps last.

    Raises Problem 409 (no key), 422 for names so long that no code holds them.
    """
    left_out = 0
    while len(code := sign(content, network, keys, today)) > LONGEST_CODE and (content.done or content.next):
        name = "done" if content.done else "next"
        content = content.model_copy(update={name: getattr(content, name)[:-1]})
        left_out += 1
    if len(code) > MOST_CODE:
        text = "Diese Angaben sind zu lang für einen Code."
        raise invalid(FieldProblem("parts", None, text, "Bitte nehmen Sie den Haken beim Namen weg."))
    return code, left_out


def read(typed: str, keys: Keyring, today: date) -> Sheet:
    """The sheet whose code was scanned. Raises Problem 422 that says what is wrong with it and what to do."""
    text = _code_in(typed)
    found = _token_in(text) or _token_in(text[text.rindex(PREFIX) :])  # scanned again behind what was damaged
    if found is None:
        raise _refusal("Der Code ist beschädigt oder nicht vollständig gelesen.", AGAIN)
    token, kid = found
    known = keys.known.get(kid)
    if known is None:
        text = "Der Code ist von einem Netzwerk unterschrieben, das hier nicht bekannt ist."
        raise _refusal(text, "Stammt das Blatt von einer IQ-Beratungsstelle? " + ASK)
    return _checked(_claims(token, known), known, today)


def _code_in(typed: str) -> str:
    """The code in what a scanner has typed. Raises Problem 422."""
    text = typed.strip()
    if not text:
        raise _refusal("Der Code fehlt.", "Bitte scannen Sie den Code auf dem Blatt.")
    if len(text) > LONGEST_TEXT:
        raise _refusal("Das ist zu lang für den Code eines Blatts.", "Bitte scannen Sie nur diesen einen Code.")
    if text[:4].upper() == "IQ1Ö":
        raise _refusal("Der Scanner tippt wie auf einer englischen Tastatur.", KEYBOARD)
    if not text.startswith(PREFIX):
        raise _refusal("Das ist kein Code eines Blatts aus MEIN ORDNER.", "Er beginnt mit IQ1: – bitte prüfen.")
    return text


def _token_in(text: str) -> tuple[bytes, bytes] | None:
    """The token in a code and the id of the key it names, before anything in it is believed."""
    try:
        token = _unpacked(text.removeprefix(PREFIX))
        return token, _key_id(token)
    except Exception:  # noqa: BLE001 - whatever a parser stumbles over, the code cannot be read
        return None


def _unpacked(packed: str) -> bytes:
    unpacking = zlib.decompressobj()
    token = unpacking.decompress(b45decode(packed), LARGEST)
    if not unpacking.eof:
        raise ValueError("not the end of it")
    return token


def _key_id(token: bytes) -> bytes:
    message = COSEMessage.loads(token)
    if message.type != COSETypes.SIGN1 or message.protected[ALGORITHM] != EDDSA:
        raise ValueError("no COSE_Sign1 with EdDSA")
    return bytes(message.protected[KEY_ID])


def _claims(token: bytes, known: KnownKey) -> dict[Any, Any]:
    """What a token says, once its signature holds. Raises Problem 422."""
    try:
        return dict(cbor2.loads(COSE.new().decode(token, known.key)))
    except (CWTError, ValueError, TypeError):
        problem = "Die Unterschrift stimmt nicht: Der Code wurde verändert oder nachgemacht."
        raise _refusal(problem, ASK) from None


def _checked(claims: dict[Any, Any], known: KnownKey, today: date) -> Sheet:
    """The sheet of claims that are signed. Raises Problem 422 for another network's name, other days, other content."""
    try:
        issued, end = _day(claims[ISSUED]), _day(claims[EXPIRES])
        sheet = Sheet(str(claims[ISSUER]), issued, end - timedelta(days=1), named(claims[SHEET]))
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        raise _refusal("Diesen Code kann diese Fassung von IQ-Verbund nicht lesen.", ASK) from None
    if sheet.network != known.network:
        raise _refusal("Der Code nennt ein anderes Netzwerk als das, das ihn unterschrieben hat.", ASK)
    if issued > today or (known.until is not None and issued > known.until):
        raise _refusal("Der Schlüssel dieses Codes galt am Tag der Ausstellung nicht.", ASK)
    if sheet.expires_on < today:
        days = f"{sheet.issued_on:%d.%m.%Y}, gültig bis {sheet.expires_on:%d.%m.%Y}"
        remedy = "Bitte fragen Sie die Angaben ab; auf Wunsch drucken Sie danach ein neues Blatt."
        raise _refusal(f"Das Blatt ist abgelaufen (ausgestellt am {days}).", remedy)
    return sheet


def _refusal(problem: str, remedy: str) -> Problem:
    return invalid(FieldProblem("code", None, problem, remedy))


def _instant(day: date) -> int:
    return timegm(day.timetuple())


def _day(instant: int) -> date:
    return datetime.fromtimestamp(instant, UTC).date()
