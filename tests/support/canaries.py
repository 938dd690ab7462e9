"""Canaries: texts that exist nowhere else, one for each field of each record, and how they are found again."""

import base64
import csv
import io
import re
from collections import Counter
from itertools import count
from typing import Any

BIRD = "zqkanarie"
PHONE = "651707070"
BORN = "1901-02-03"
DAY = "03.02.1901"
KINDS = ["sessions", "groups", "companies", "offerings", "meetings", "participations", "items"]
OF_THE_NETWORK = ["structure", "authorities", "bodies"]
"""Kinds of import that the coordination has."""
_LINE = "recognition_counselling"
# Per kind of import a row that is accepted; every column that takes free text has a canary (`{}`).
ROWS: dict[str, dict[str, str]] = {
    "sessions": {
        "external_id": "{}", "date": "2026-05-04", "programme_line": _LINE, "session_type": "first", "channel": "phone",
        "person_ref": "{}", "nationality": "SY", "refugee_background": "yes", "gender": "diverse", "language": "tg",
    },
    "groups": {
        "external_id": "{}", "date": "2026-05-04", "programme_line": "fair_integration", "group_type": "information",
        "participants": "7",
    },
    "companies": {
        "external_id": "{}", "date": "2026-05-04", "programme_line": "skilled_worker_networks", "company_ref": "{}",
    },
    "offerings": {"external_id": "{}", "programme_line": "qualification"},
    "meetings": {
        "external_id": "{}", "date": "2026-05-04", "programme_line": "intercultural", "format": "training",
        "participants": "9",
    },
    "participations": {"external_id": "{}", "offering": "{}", "entered_on": "2026-05-04", "person_ref": "{}"},
    "items": {"external_id": "{}", "item_kind": "transfer", "state": "planned"},
    # Code and name of a unit are public and leave (design §3, class A).
    "structure": {
        "external_id": "{}", "kind": "house", "code": "haus-{0}", "name": "Haus {0}", "valid_from": "2020-01-01",
    },
    "authorities": {
        "external_id": "{}", "name": "{}", "occupations": "81", "address": "{}", "phone": "{}",
        "last_checked": "2026-05-04",
    },
    "bodies": {
        "external_id": "{}", "name": "{}", "kind": "lawyer", "address": "{}", "phone": "{}",
        "last_checked": "2026-05-04",
    },
}  # fmt: skip
_numbers = count(1)


def canary(field: str) -> str:
    """A text that was never given before; it tells its field, so that a find says where it comes from."""
    return f"{BIRD}{next(_numbers)}x{re.sub('[^a-z]', '', field.lower())}"


def person() -> dict[str, Any]:
    """A person with a canary in every field of registration's API that takes text or a day."""
    number = next(_numbers)
    return {
        **{name: canary(name) for name in ("family_name", "given_names", "original_name", "address")},
        "birth_date": BORN,
        "phone": f"+49 651 70707{number:05}",
        "email": f"{canary('email')}@example.org",
        "contact_way": "messenger",
        "languages": [{"language": "tg", "level": "a2"}],
        "nationality": "SY",
        "gender": "diverse",
        "qualifications": [{"title": canary("title"), "level": "doctorate", "country": "TV"}],
    }


def file_of(kind: str, rows: int) -> bytes:
    """A CSV file of a kind with accepted rows."""
    text, fields = io.StringIO(), ROWS[kind]
    writer = csv.writer(text, delimiter=";")
    writer.writerow(fields)
    for number in range(rows):
        writer.writerow([_filled(name, value, number) for name, value in fields.items()])
    return text.getvalue().encode()


def _filled(name: str, value: str, number: int) -> str:
    return canary(name) if value == "{}" else value.format(number)


def refused_file(columns: list[str]) -> bytes:
    """A file whose cells are canaries, all of them, the numbers and days too."""
    return "\n".join([";".join(columns)] + [";".join(map(canary, columns)) for _ in range(20)]).encode()


def typed(name: str) -> str:
    """What is typed into a field of a form; where the form wants a day, a number or an address, one of ours."""
    known = {
        "born": DAY, "birth_year": "1901", "phone": f"0651 70707{next(_numbers):05}", "date": "04.05.2026",
        "email": f"{canary(name)}@example.org", "participants": "7", "number": "1",
    }  # fmt: skip
    return known.get(name) or canary(name)


def _encodings(sign: str) -> dict[str, bytes]:
    """A sign as bytes, as hexadecimal digits, and in the three ways base64 may cut it."""
    raw = sign.encode()
    found = {"plain": raw, "hex": raw.hex().encode()}
    for shift in range(3):
        # Whole groups of three bytes look the same whatever stands around them.
        inner = raw[shift : shift + (len(raw) - shift) // 3 * 3]
        found[f"base64+{shift}"] = base64.b64encode(inner)
    return found


DRAWN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,}|(?<=:\d\d)\.\d+", re.IGNORECASE)


def without_drawn(text: str) -> str:
    """A text without its ids, digests and fractions of seconds: drawn, they hold any four digits now and then."""
    return DRAWN.sub("-", text)


SIGNS = {(sign, name): form for sign in (BIRD, PHONE, BORN, DAY) for name, form in _encodings(sign).items()}


def finds(content: bytes) -> Counter[str]:
    """Canaries in some bytes by their number of finds: the text itself where it stands plainly."""
    found: Counter[str] = Counter(match.decode() for match in re.findall(rb"(?i)zqkanarie\w*", content))
    low = content.lower()
    for (sign, name), form in SIGNS.items():
        if (sign, name) != (BIRD, "plain"):
            times = (content if name.startswith("base64") else low).count(form)
            found += Counter({f"{sign} as {name}": times})
    return found
