"""Certificates on paper: accessible, any Latin name as it is written, a code that a phone reads."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest

from services.gateway.certificate_paper import certificates_pdf, extent, page
from services.gateway.paper import printable, unprintable
from services.registration.certificates.rules import CONFIRMED
from shared.problems import Problem
from shared.vocabulary.certificates import CertificateKind
from shared.vocabulary.runs import RegistrationState
from tests.support.papers import code_on

BASE, NETWORK = "https://rp.example.org", "IQ Netzwerk Rheinland-Pfalz"
ITEM: dict[str, Any] = {
    "kind": "attendance",
    "name": "Ọláńrewájú Ẹ̀ṣọ́-Đặng",
    "title": "Interkulturelle Öffnung 2027",
    "starts_on": "2027-03-04",
    "ends_on": "2027-06-18",
    "days": 4,
    "minutes": 1590,
    "contents": ["Auftakt-Fachtag", "Erstes Seminar"],
    "standing": "",
    "programme": "iko",
    "carrier": "Bildungswerk gGmbH",
    "code": "4F7K-9QWX-2M0Z-HT3B",
    "issued_on": "2027-07-01",
}
LATIN = (
    "Đặng Nguyễn Thị Phượng", "Łukasz Świątek Żółć", "Oğuz İğdır Şımşek", "Ọláńrewájú Ẹ̀ṣọ́ Àbẹ̀bí", "Ɓala Ɗan Ƙasim",
    "Ștefan Țîță", "Ķēniņš", "Əliyev", "Þór Ðór", "Ħamrun", "Ẍêlîl", "Ḑaḩam", "ʿAlī Ḥaṣan", "Oʻzbek", "Ndɔŋ Ɛkɔ",
)  # fmt: skip


def made(*items: dict[str, Any], synthetic: bool = False) -> bytes:
    """The PDF of some certificates."""
    return certificates_pdf(items or (ITEM,), BASE, NETWORK, synthetic=synthetic)


def texts(pdf: bytes) -> list[str]:
    """The words of each page, in one line."""
    found = [one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf)]
    return [" ".join(text.split()) for text in found]


def test_the_pdf_has_the_properties_of_pdf_ua_and_is_the_same_each_time() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        root = pdf.Root
        assert (str(root.Lang), bool(root.MarkInfo.Marked), "/StructTreeRoot" in root) == ("de-DE", True, True)
        assert root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Teilnahmebescheinigung: Interkulturelle Öffnung 2027"
        fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
        assert {str(one.FontName).split("+")[-1].split("-")[0] for one in fonts} == {"FiraSans"}
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20270701")
    assert made() == made()


def test_the_code_on_the_page_leads_to_the_page_that_checks_it() -> None:
    pdf = made()
    assert code_on(pdf) == f"{BASE}/nachweis/4F7K-9QWX-2M0Z-HT3B"
    (text,) = texts(pdf)
    for words in ("4F7K-9QWX-2M0Z-HT3B", f"{BASE}/nachweis", "4 Tage, 26,5 Stunden", "04.03.2027 bis 18.06.2027"):
        assert words in text, words
    assert "Ausgestellt am 01.07.2027 von Bildungswerk gGmbH" in text


def test_a_name_in_any_latin_script_is_printed_as_it_is_written() -> None:
    found = texts(made(*(ITEM | {"name": name, "code": None} for name in LATIN)))
    for name, text in zip(LATIN, found, strict=True):
        assert unprintable(name) == ""
        assert printable(name) in text


def test_a_name_that_the_fonts_do_not_have_is_refused_and_not_printed_with_gaps() -> None:
    with pytest.raises(Problem, match=r"„A 例子“ enthält Zeichen.*: 例 子\..*lateinischer Schrift") as refused:
        made(ITEM, ITEM | {"name": "A 例子"})
    assert refused.value.status == 409


def test_each_kind_says_what_it_is_and_all_of_a_run_are_a_page_each() -> None:
    items = [
        ITEM,
        ITEM | {"kind": "completion", "programme": "ikbo", "code": "0000-0000-0000-0001"},
        ITEM | {"kind": "completion", "programme": "ikke_mib", "code": "0000-0000-0000-0002"},
        ITEM | {"kind": "completion", "programme": "general", "code": "0000-0000-0000-0003"},
        ITEM | {"kind": "house", "name": "Jobcenter Beispielkreis", "code": "0000-0000-0000-0004"},
        ITEM | {"kind": "registration", "standing": "accepted", "code": None, "days": 0, "minutes": 0, "contents": []},
    ]
    found = texts(made(*items, synthetic=True))
    said = (
        "hat teilgenommen an", "Interkulturelle*r Botschafter*in (IKB)", "qualifizierte Ansprechperson",
        "hat erfolgreich abgeschlossen", "Das Haus Jobcenter Beispielkreis hat teilgenommen an", "zugesagten Platz",
    )  # fmt: skip
    assert len(found) == len(said)
    for text, words in zip(found, said, strict=True):
        assert words in text
        assert "Synthetische Daten" in text
    assert ["nachweis" in text for text in found] == [True] * 5 + [False]
    assert "Umfang" not in found[-1]


def test_the_longest_names_and_titles_stay_on_their_page() -> None:
    long = {
        "name": "Langer Name " * 16,
        "title": "Langer Titel " * 15,
        "contents": [f"Inhalt Nr. {n}" for n in range(16)],
    }
    assert len(texts(made(ITEM | long))) == 1


@pytest.mark.parametrize("standing", sorted(CONFIRMED))
def test_every_standing_that_is_confirmed_has_its_words(standing: RegistrationState) -> None:
    said = page(ITEM | {"kind": "registration", "standing": standing.value}, BASE, NETWORK)
    assert said["statement"].startswith("ist angemeldet")


def test_every_kind_has_a_title_and_the_network_stands_in_for_a_carrier_without_a_name() -> None:
    assert all(
        page(ITEM | {"kind": kind.value, "standing": "accepted"}, BASE, NETWORK)["kind"] for kind in CertificateKind
    )
    assert page(ITEM | {"carrier": None}, BASE, NETWORK)["carrier"] == NETWORK


@pytest.mark.parametrize(
    ("days", "minutes", "said"),
    [(0, 0, ""), (1, 60, "1 Tag, 1 Stunde"), (2, 690, "2 Tage, 11,5 Stunden"), (1, 180, "1 Tag, 3 Stunden")],
)
def test_how_much_it_was(days: int, minutes: int, said: str) -> None:
    assert extent(days, minutes) == said
