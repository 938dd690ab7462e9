"""CON-06: sheets of MEIN ORDNER signed and read offline, refused with a reason, printed in both languages."""

import json
import zlib
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import cbor2
import pikepdf
import pytest
from base45 import b45decode, b45encode
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deploy.local.folder_keys import ended
from services.gateway.folder.codes import LONGEST_CODE, PREFIX, fitted, read, sign
from services.gateway.folder.content import NUMBERS, Content
from services.gateway.folder.keys import Keyring, keyring_of, load_keyring, public_entry
from services.gateway.folder.paper import sheet_pdf
from services.gateway.folder.pictures import code_on as photographed
from services.gateway.folder.taking import doubt, filled, for_session
from services.gateway.folder.words import page
from services.gateway.languages import FIRST_CONTACT, Language, catalogue
from services.gateway.pages.offices import Places
from services.gateway.pages.session_form import session_form
from services.gateway.settings import GatewaySettings
from shared.problems import Problem
from tests.support.papers import code_on, picture_of

TODAY = date(2026, 11, 27)
SEEDS = {code: urlsafe_b64encode(bytes([number]) * 32).decode() for number, code in enumerate(("rp", "sn", "by"))}
WHOLE = Content(
    office="Beratungsstelle Mitte",
    contact="Platz 1, 55116 Mainz",
    name="Beispiel, Ada",
    born="1988-02-03",
    nationality="SY",
    refugee_background="yes",
    gender="female",
    has_degree="yes",
    occupation="81302",
    language="ar",
    german_level="b1",
    done=("27.11.2026 Erstberatung", "Zeugnisse übersetzt"),
    next=("Bescheid abwarten (bis 01.03.2027)",),
)


def keys(folder: Path, own: str = "rp", known: tuple[str, ...] = ("rp", "sn"), **more: str) -> Keyring:
    """The keys of a gateway that knows some networks; `more` stands in the entry of its own key."""
    entries = [public_entry(code, SEEDS[code]) | (more if code == own else {}) for code in known]
    file = folder / "list.json"
    file.write_text(json.dumps({"keys": entries}), encoding="utf-8")
    told: dict[str, Any] = {"database_url": "x", "signing_key": "k" * 32, "reporting_url": "x"}
    told |= {"folder_key": SEEDS[own], "folder_trust_list": file}
    return load_keyring(GatewaySettings(env="test", network=own, **told))


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return keys(tmp_path)


def refusal(code: str, ring: Keyring, today: date = TODAY) -> str:
    with pytest.raises(Problem) as refused:
        read(code, ring, today)
    assert refused.value.status == 422
    assert refused.value.errors[0].field == "code"
    return refused.value.detail


def repacked(code: str, change: Any) -> str:
    """A code with something done to its COSE message, packed as a real one."""
    message = cbor2.loads(zlib.decompress(b45decode(code.removeprefix(PREFIX))))
    return PREFIX + b45encode(zlib.compress(cbor2.dumps(change(message)))).decode()


def test_con_06_another_network_reads_what_one_has_signed_without_asking_it(tmp_path: Path) -> None:
    code = sign(WHOLE, "rp", keys(tmp_path, "rp"), TODAY)
    sheet = read(f" {code}\n", keys(tmp_path, "sn"), TODAY + timedelta(days=365))
    assert sheet == ("rp", TODAY, date(2027, 11, 27), WHOLE)
    assert read(code[:-30] + code, keys(tmp_path, "sn"), TODAY) == sheet, "scanned again into the same field"


def test_every_field_has_its_number_and_none_has_two() -> None:
    assert NUMBERS.keys() == Content.model_fields.keys()
    assert len(set(NUMBERS.values())) == len(NUMBERS)


def test_con_06_a_sheet_has_an_id_of_its_own_and_nothing_that_tells_the_person(ring: Keyring) -> None:
    bare = Content(office="Beratungsstelle Mitte")
    found = []
    for _ in range(2):
        message = cbor2.loads(zlib.decompress(b45decode(sign(bare, "rp", ring, TODAY).removeprefix(PREFIX))))
        found.append(cbor2.loads(message.value[2]))
    assert found[0].keys() == {1, 4, 6, 7, -70_000}
    assert found[0][-70_000] == {1: "Beratungsstelle Mitte"}
    assert len(found[0][7]) == 8
    assert found[0][7] != found[1][7]


def test_a_forged_code_is_refused(ring: Keyring) -> None:
    code = sign(WHOLE, "rp", ring, TODAY)

    def other_name(message: Any) -> Any:
        claims = cbor2.loads(message.value[2])
        claims[-70_000][3] = "Fälschung, Frida"
        message.value[2] = cbor2.dumps(claims)
        return message

    def no_signature(message: Any) -> Any:
        message.value[3] = bytes(64)
        return message

    for change in (other_name, no_signature):
        assert "Die Unterschrift stimmt nicht" in refusal(repacked(code, change), ring)
    assert read(repacked(code, lambda message: message), ring, TODAY).content == WHOLE


def test_a_code_of_an_unknown_network_or_in_the_name_of_another_is_refused(tmp_path: Path) -> None:
    ring = keys(tmp_path, "rp")
    assert "nicht bekannt" in refusal(sign(WHOLE, "by", keys(tmp_path, "by", ("by",)), TODAY), ring)
    assert "anderes Netzwerk" in refusal(sign(WHOLE, "sn", ring, TODAY), ring)


def test_an_expired_code_says_when_and_what_to_do(ring: Keyring) -> None:
    told = refusal(sign(WHOLE, "rp", ring, TODAY), ring, TODAY + timedelta(days=366))
    assert "abgelaufen (ausgestellt am 27.11.2026, gültig bis 27.11.2027)" in told
    assert "fragen Sie die Angaben ab" in told


def test_a_replaced_key_reads_the_sheets_of_its_time_and_signs_none_after_it(tmp_path: Path) -> None:
    code, late = (sign(WHOLE, "rp", keys(tmp_path), day) for day in (TODAY, TODAY + timedelta(days=2)))
    ring = keys(tmp_path, until="2026-11-28")
    assert read(code, ring, TODAY + timedelta(days=300)).network == "rp"
    assert "galt am Tag der Ausstellung nicht" in refusal(late, ring, TODAY + timedelta(days=3))
    assert "galt am Tag der Ausstellung nicht" in refusal(late, keys(tmp_path), TODAY)  # a day to come


def test_a_new_key_ends_the_one_before_and_keeps_it() -> None:
    known: list[dict[str, Any]] = []
    for code in ("rp", "sn", "rp"):
        known = ended(known, public_entry(code, SEEDS[code]))
    assert [(one["iss"], "until" in one) for one in known] == [("rp", False), ("sn", False)]
    known = ended(known, public_entry("rp", SEEDS["by"]))
    assert [(one["iss"], "until" in one) for one in known] == [("rp", True), ("sn", False), ("rp", False)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Der Code fehlt"),
        ("https://example.org", "kein Code eines Blatts"),
        ("IQ1ÖNCFOXN", "Tastatur"),
        ("IQ1:" + "A" * 5000, "zu lang"),
        ("IQ1:", "beschädigt"),
        ("IQ1:NCFOXN", "beschädigt"),
        (PREFIX + b45encode(zlib.compress(b"\0" * 100_000)).decode(), "beschädigt"),
        (PREFIX + b45encode(zlib.compress(cbor2.dumps(["no", "message"]))).decode(), "beschädigt"),
    ],
)
def test_what_is_no_code_is_told_with_a_remedy(ring: Keyring, typed: str, words: str) -> None:
    told = refusal(typed, ring)
    assert words in told
    assert "Bitte" in told or "bitte" in told


@given(st.binary(max_size=300), st.integers(0, 400))
def test_damage_is_refused_and_never_fails(damage: bytes, place: int) -> None:
    entry = cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: damage[:8]}), {}, damage, damage])
    for token in (damage, cbor2.dumps(entry), cbor2.dumps(entry)[:place]):
        code = PREFIX + b45encode(zlib.compress(token)).decode()
        with pytest.raises(Problem):
            read(code, Keyring(), TODAY)


def test_a_signed_code_with_content_that_no_gateway_writes_is_refused(ring: Keyring) -> None:
    for odd in ({"office": "x" * 501}, {"born": "1988-02-31"}, {"gender": "<b>"}, {"done": ("x" * 201,)}):
        content = Content.model_construct(**(WHOLE.model_dump() | odd))
        assert "diese Fassung" in refusal(sign(content, "rp", ring, TODAY), ring)


def test_a_code_that_would_be_too_large_leaves_out_what_was_done_first(ring: Keyring) -> None:
    lines = tuple(Random(number).randbytes(95).hex() for number in range(8))
    long = WHOLE.model_copy(update={"done": lines, "next": lines[:5], "name": "Ж" * 300})
    code, left_out = fitted(long, "rp", ring, TODAY)
    assert len(code) <= LONGEST_CODE
    assert left_out > 0
    content = read(code, ring, TODAY).content
    assert (len(content.done) + len(content.next), content.name) == (13 - left_out, "Ж" * 300)
    assert fitted(WHOLE, "rp", ring, TODAY)[1] == 0
    endless = WHOLE.model_copy(update={"name": "".join(chr(0x20000 + n * 7919 % 42_000) for n in range(1500))})
    with pytest.raises(Problem, match="zu lang für einen Code"):
        fitted(endless, "rp", ring, TODAY)


def test_without_a_key_of_its_own_a_network_signs_nothing_and_says_whom_to_ask(ring: Keyring) -> None:
    with pytest.raises(Problem, match="Verwaltung") as refused:
        sign(WHOLE, "rp", Keyring(ring.known), TODAY)
    assert refused.value.status == 409


@pytest.mark.parametrize("language", FIRST_CONTACT)
def test_the_fixed_words_of_a_sheet_are_in_every_language_of_the_first_contact(language: Language) -> None:
    found = page(WHOLE, "Pflege", TODAY, language)
    german = page(WHOLE, "Pflege", TODAY, "de")
    assert len(found["facts"]) == len(german["facts"]) == 12
    if language not in ("de", "en"):
        labels = [label for label, _ in german["facts"]] + [one["title"] for one in german["lists"]]
        own = catalogue(language)
        assert [text for text in (*labels, german["title"], german["lead"]) if own.gettext(text) == text] == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_pdf_is_accessible(ring: Keyring, language: Language) -> None:
    code = sign(WHOLE, "rp", ring, TODAY)
    with pikepdf.open(BytesIO(sheet_pdf(WHOLE, code, 0, "Pflege", TODAY, language))) as pdf:
        assert len(pdf.pages) == (1 if language == "de" else 2)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_a_printed_sheet_can_be_scanned(ring: Keyring) -> None:
    lines = tuple(Random(number).randbytes(60).hex() for number in range(5))
    for content in (WHOLE, WHOLE.model_copy(update={"done": lines, "next": lines})):
        code, left_out = fitted(content, "rp", ring, TODAY)
        found = code_on(sheet_pdf(content, code, left_out, "Pflege", TODAY, "fa"))
        assert found == code
        assert read(found, ring, TODAY).content.name == "Beispiel, Ada"


def test_a_code_is_found_on_a_photo_and_other_files_are_refused(ring: Keyring) -> None:
    pdf = sheet_pdf(WHOLE, sign(WHOLE, "rp", ring, TODAY), 0, "Pflege", TODAY)
    askew = picture_of(pdf).rotate(7, expand=True, fillcolor="grey")
    for form in ("JPEG", "PNG"):
        photo = BytesIO()
        askew.save(photo, form)
        assert read(photographed(photo.getvalue()), ring, TODAY).content == WHOLE
    blank, huge = BytesIO(), BytesIO()
    Image.new("L", (400, 400), "white").save(blank, "PNG")
    Image.new("1", (5000, 5000)).save(huge, "PNG")
    none = "kein lesbares Bild"
    for content, words in ((b"", none), (pdf, none), (blank.getvalue(), "kein Code"), (huge.getvalue(), "zu groß")):
        with pytest.raises(Problem, match=words):
            photographed(content)


@pytest.mark.parametrize(
    ("name", "birth_date", "birth_year", "words"),
    [
        ("Beispiel, Ada", "1988-02-03", 1988, ""),
        ("ada BEISPIEL", None, 1988, ""),
        ("Beispiel, Ada", None, None, ""),
        (
            "Beispiel, Ada",
            "1988-02-04",
            1988,
            "geboren 03.02.1988 ausgestellt, geöffnet ist Beispiel, Ada, geboren 04.02",
        ),
        ("Beispiel, Ida", None, 1988, "ausgestellt, geöffnet ist Beispiel, Ida, geboren 1988. Ist es dieselbe Person?"),
    ],
)
def test_a_sheet_of_another_person_is_doubted(name: str, birth_date: str, birth_year: int, words: str) -> None:
    found = doubt(WHOLE, {"name": name, "birth_date": birth_date, "birth_year": birth_year})
    assert words in found
    assert bool(words) == bool(found)
    assert "nennt keinen Namen" in doubt(WHOLE.model_copy(update={"name": None}), {"name": name})


def test_a_sheet_fills_only_what_nobody_knows_and_what_can_be_chosen() -> None:
    form = session_form({}, Places([], [])).with_values({"nationality": "UA", "gender": "not_stated", "name": ""})
    told = for_session(WHOLE.model_copy(update={"refugee_background": "perhaps"}))
    found = filled(form, told)
    names = ("nationality", "gender", "name", "birth_year", "refugee_background", "reference_occupation", "language")
    assert [found.text(name) for name in names] == ["UA", "female", "Beispiel, Ada", "1988", "", "81302", "ar"]


def test_a_list_of_keys_that_cannot_be_read_is_told_and_never_fails(tmp_path: Path) -> None:
    told: dict[str, Any] = {"database_url": "x", "signing_key": "k" * 32, "reporting_url": "x"}
    file = tmp_path / "list.json"
    settings = GatewaySettings(env="test", network="rp", folder_trust_list=file, **told)
    for content in (None, "", "{}", '{"keys": [{"x": "short", "iss": "rp"}]}', '{"keys": 7}'):
        if content is not None:
            file.write_text(content, encoding="utf-8")
        with pytest.raises(Problem) as refused:
            keyring_of(settings)
        assert refused.value.status == 503
