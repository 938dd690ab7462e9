"""The form of a special request: which facets an indicator has where, and what was typed stays."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl

from services.gateway.request_form import RequestForm, request_form
from services.gateway.sheets import Sheet
from services.gateway.special_requests import read_request
from shared.problems import FieldProblem, Problem

SHEET = Sheet(
    code="referrals",
    title="Verweise",
    unit="Verweise",
    definition="Zahl der Verweise.",
    statement="",
    assessment="",
    source="",
    dimensions=("region", "month", "round", "nationality", "gender", "language", "office", "session_type"),
    asked=("gender", "language", "office"),
    values={"gender": ("female", "male", "not_stated"), "session_type": ("referral", "second", "not_stated")},
    period="months",
    measure="count",
    protect=True,
    valid_from=date(2005, 1, 1),
    version=1,
)


def form(
    typed: str, sheet: Sheet | None = SHEET, *, centre: bool = True, problem: Problem | None = None
) -> RequestForm:
    return request_form(read_request(parse_qsl(typed)), sheet, centre=centre, problem=problem)


def facets(found: RequestForm) -> dict[str, list[tuple[str, bool]]]:
    """Names of the facets by group, and whether each asks the networks."""
    return {title: [(facet.field.name, facet.asked) for facet in members] for _, title, members in found.facets}


def test_the_centre_offers_every_dimension_and_says_which_ones_ask_the_networks() -> None:
    found = form("indicator=referrals")
    assert facets(found) == {
        "Wer?": [("nationality", False), ("gender", True), ("language", True)],
        "Was?": [("session_type", False)],
        "Wo?": [("region", False), ("office", True)],
        "Wann?": [("round", False)],
    }
    assert found.asks
    groupings = {title: [(entry.name, asked) for entry, asked in members] for title, members in found.groupings}
    assert groupings["Wann?"] == [("month", False), ("round", False)]
    assert groupings["Wo?"] == [("region", False), ("office", True)]


def test_an_indicator_that_only_networks_can_count_says_so_once() -> None:
    found = form("indicator=referrals", replace(SHEET, asked=SHEET.dimensions))
    assert (found.wholly, found.asks) == (True, False)
    assert not form("indicator=referrals", replace(SHEET, asked=SHEET.dimensions), centre=False).wholly


def test_a_network_answers_everything_itself_and_has_no_other_networks() -> None:
    found = form("indicator=referrals", centre=False)
    assert facets(found)["Wo?"] == [("office", False)]
    assert not found.asks
    assert all(entry.name != "region" for _, members in found.groupings for entry, _ in members)


def test_without_an_indicator_there_is_nothing_to_narrow_down() -> None:
    assert all(members == [] for _group, _title, members in form("", None).facets)


def test_what_was_typed_is_shown_in_german() -> None:
    found = form("indicator=referrals&from=2019-01&to=2022&as_of=2022-10-15&known_at=1.9.26&by=gender&top=5")
    values = {name: field.value for name, field in found.fields.items() if field.value}
    assert values == {
        "indicator": "referrals",
        "from": "01/2019",
        "to": "12/2022",
        "as_of": "15.10.2022",
        "known_at": "01.09.2026",
        "top": "5",
    }
    assert found.chosen == ("gender", "", "")


def test_the_stand_is_yesterday_unless_another_was_asked_for() -> None:
    assert form("indicator=referrals").fields["as_of"].value == "gestern, 24 Uhr"
    assert form("indicator=referrals&as_of=jetzt").fields["as_of"].value == "jetzt"
    assert form("indicator=referrals&as_of=morgen").fields["as_of"].value == "morgen"


def test_values_of_a_long_list_are_ticked_and_unknown_ones_stay_to_be_mended() -> None:
    refusal = Problem(422, "x", [FieldProblem("nationality", "Atlantis", "Gibt es nicht.", "Bitte prüfen.")])
    field = form("indicator=referrals&nationality=Syrien,Atlantis,TR", problem=refusal).fields["nationality"]
    assert (field.kind, field.values, field.value) == ("list", ("SY", "TR"), "Atlantis")
    assert field.error == "Gibt es nicht. Bitte prüfen."


def test_values_of_a_short_list_are_ticked_and_unknown_ones_too() -> None:
    field = form("indicator=referrals&gender=female,robot").fields["gender"]
    assert (field.kind, field.values) == ("checks", ("female", "robot"))
    assert field.options[-1] == ("robot", "robot")


def test_what_the_indicator_does_not_allow_is_still_shown_with_its_refusal() -> None:
    refusal = Problem(422, "x", [FieldProblem("channel", "channel", "Gibt es hier nicht.", "Bitte eine andere.")])
    found = form("indicator=referrals&channel=phone&by=outcome", problem=refusal)
    assert ("channel", False) in facets(found)["Was?"]
    assert found.form.errors == [("feld-channel", "Kanal: Gibt es hier nicht. Bitte eine andere.")]
    assert any(entry.name == "outcome" for _, members in found.groupings for entry, _ in members)


def test_a_facet_stands_open_where_something_was_chosen_or_is_wrong() -> None:
    refusal = Problem(422, "x", [FieldProblem("office", "", "Fehlt.", "")])
    found = form("indicator=referrals&gender=female", problem=refusal)
    shown = {facet.field.name for _group, _title, members in found.facets for facet in members if facet.open}
    assert shown == {"gender", "office"}


def test_only_values_that_can_count_are_offered_and_not_stated_only_where_it_may_be() -> None:
    fields = form("indicator=referrals").fields
    assert list(fields["gender"].options) == [
        ("female", "weiblich"),
        ("male", "männlich"),
        ("not_stated", "keine Angabe"),
    ]
    assert list(fields["session_type"].options) == [("referral", "Verweisberatung"), ("second", "second")]


def test_refusals_of_the_api_speak_the_words_of_the_form() -> None:
    remedy = "Bitte „by“ anpassen, „from“ weglassen oder nach „month“ gliedern."
    refusal = Problem(422, "x", [FieldProblem("by", "", "So nicht.", remedy)])
    error = form("indicator=referrals", problem=refusal).fields["by"].error
    assert error == "So nicht. Bitte „Gliedern nach“ anpassen, „Von Monat“ weglassen oder nach „Monat“ gliedern."


def test_a_stock_without_a_period_is_not_asked_for_months() -> None:
    stock = replace(SHEET, period="none")
    assert {"from", "to"} & form("indicator=referrals", stock).fields.keys() == set()
    assert "from" in form("indicator=referrals&from=2022", stock).fields  # so that its refusal can be seen
