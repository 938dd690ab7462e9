"""Special requests: one question has one link, however it was typed; what cannot be read names the remedy."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.special_requests import page_link, query_string, read_link, read_request
from services.reporting.question import link, read_question
from shared.problems import Problem

TODAY = date(2026, 11, 24)


def asked(text: str) -> str:
    """The question that a typed query string asks of the API."""
    return query_string(read_request(parse_qsl(text, keep_blank_values=True)).question(TODAY))


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("indicator=referrals", "indicator=referrals&as_of=2026-11-23"),
        ("indicator=referrals&as_of=gestern, 24 Uhr", "indicator=referrals&as_of=2026-11-23"),
        ("indicator=referrals&as_of=Gestern", "indicator=referrals&as_of=2026-11-23"),
        ("indicator=referrals&as_of=Jetzt", "indicator=referrals&as_of=2026-11-24"),
        ("indicator=referrals&as_of=15.10.22", "indicator=referrals&as_of=2022-10-15"),
        (
            "indicator=referrals&as_of=jetzt&known_at=1.9.2026",
            "indicator=referrals&as_of=2026-11-24&known_at=2026-09-01",
        ),
        (
            "indicator=referrals&by=gender&by=&by=month",
            "indicator=referrals&by=gender,month&as_of=2026-11-23",
        ),
        (
            "indicator=referrals&from=1.2019&to=09/2022",
            "indicator=referrals&from=2019-01&to=2022-09&as_of=2026-11-23",
        ),
        ("indicator=referrals&from=2019&to=2022", "indicator=referrals&from=2019-01&to=2022-12&as_of=2026-11-23"),
        (
            "indicator=referrals&nationality=syrien, TR&nationality=Türkei&gender=female&gender=weiblich&channel=",
            "indicator=referrals&gender=female&nationality=SY,TR&as_of=2026-11-23",
        ),
        ("indicator=referrals&by=nationality&top=5", "indicator=referrals&by=nationality&as_of=2026-11-23&top=5"),
        ("indicator=referrals&file=csv&dialect=plain&wechsel=1", "indicator=referrals&as_of=2026-11-23"),
        ("indicator=referrals&nationality=Atlantis", "indicator=referrals&nationality=Atlantis&as_of=2026-11-23"),
    ],
)
def test_what_people_type_becomes_a_question(typed: str, question: str) -> None:
    assert asked(typed) == question


@pytest.mark.parametrize(
    ("typed", "field", "remedy"),
    [
        ("from=13/2019", "from", "MM/JJJJ"),
        ("to=September", "to", "MM/JJJJ"),
        ("from=2022-09&to=2019-01", "from", "tauschen"),
        ("as_of=31.02.2022", "as_of", "„jetzt“"),
        ("known_at=jetzt gleich", "known_at", "15.10.2022"),
        ("by=gender&top=0", "top", "eintragen"),
        ("top=5", "top", "genau eine"),
        ("by=gender,month&top=5", "top", "genau eine"),
    ],
)
def test_what_cannot_be_read_names_its_field_and_the_remedy(typed: str, field: str, remedy: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(f"indicator=referrals&{typed}")
    assert [error.field for error in refused.value.errors] == [field]
    assert remedy in refused.value.errors[0].remedy


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Problem) as refused:
        asked("indicator=referrals&from=x&as_of=y&top=z")
    assert {error.field for error in refused.value.errors} == {"from", "as_of", "top"}


NAMES = st.sampled_from(
    ["indicator", "by", "from", "to", "as_of", "known_at", "top", "nationality", "gender", "region"]
)
TEXTS = st.sampled_from(
    ["", "referrals", "1.2019", "2022", "jetzt", "gestern", "1.9.26", "Syrien, TR", "weiblich", "x"]
)


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, TEXTS | st.text(max_size=12)), max_size=12))
def test_a_link_read_again_is_the_same_link(pairs: list[tuple[str, str]]) -> None:
    request = read_request(pairs)
    link = page_link(request)
    again = read_request(parse_qsl(link.partition("?")[2], keep_blank_values=True))
    assert page_link(again) == link
    assert again.pairs() == parse_qsl(link.partition("?")[2], keep_blank_values=True)


def test_the_permanent_link_carries_both_days_and_the_version_of_the_answer() -> None:
    request = read_request([("indicator", "referrals"), ("by", "month"), ("from", "2022")])
    fixed = request.fixed({"version": 2, "as_of": "2022-10-15", "known_at": "2026-11-24"})
    assert page_link(fixed) == (
        "/anfrage?indicator=referrals&version=2&by=month&from=2022-01&as_of=2022-10-15&known_at=2026-11-24"
    )
    assert page_link(fixed.at("jetzt")) == "/anfrage?indicator=referrals&by=month&from=2022-01&as_of=jetzt"


def test_the_link_of_a_passport_is_the_link_of_the_page() -> None:
    typed = [("indicator", "referrals"), ("by", "nationality"), ("from", "2022-01"), ("to", "2022-12"), ("top", "5")]
    typed += [("version", "1"), ("region", "rp,sn"), ("gender", "female"), ("as_of", "2022-10-15")]
    of_reporting = link(read_question(typed, "de", TODAY))
    assert page_link(read_request(parse_qsl(of_reporting))) == f"/anfrage?{of_reporting}"


def test_another_indicator_takes_over_what_it_knows_and_names_the_rest() -> None:
    pairs = [("indicator", "meetings_held"), ("by", "month,gender"), ("nationality", "SY"), ("region", "rp")]
    kept, lost = read_request(pairs).within(("month", "region", "format"))
    assert page_link(kept) == "/anfrage?indicator=meetings_held&by=month&region=rp"
    assert lost == ["Geschlecht", "Staatsangehörigkeit"]


HOST = "127.0.0.1:8107"


@pytest.mark.parametrize(
    "text",
    [
        "indicator=referrals&by=month",
        " ?indicator=referrals&by=month ",
        "/anfrage?indicator=referrals&by=month",
        "http://127.0.0.1:8107/anfrage?indicator=referrals&by=month",
        "http://127.0.0.1:8107/api/v1/figures?indicator=referrals&by=month&file=csv",
    ],
)
def test_pasted_links_are_read(text: str) -> None:
    assert page_link(read_link(text, {HOST})) == "/anfrage?indicator=referrals&by=month"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("http://127.0.0.1:8000/anfrage?indicator=referrals", "anderen Netzwerk"),
        ("Erstberatungen 2022", "kein Link"),
        ("/anfrage", "kein Link"),
    ],
)
def test_links_that_cannot_be_answered_here_are_refused(text: str, problem: str) -> None:
    with pytest.raises(Problem, match=problem):
        read_link(text, {HOST})
