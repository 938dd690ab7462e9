"""The catalogue: what is there, and what may not be in it."""

import shutil
from pathlib import Path

import pytest

from services.reporting.catalogue import CatalogueError, load_catalogue
from services.reporting.dimensions import load_dimensions

FOLDER = Path("services/reporting/catalogue").resolve()
GOOD = """
code = "probe"
version = 1
title_de = "Probe"
title_en = "Probe"
unit = "sessions"
valid_from = 2015-01-01
definition = "Zahl der Beratungen."
kind = "session_recorded"
measure = "count"
dimensions = ["region", "month"]
"""


def load(folder: Path, text: str) -> None:
    (folder / "probe.toml").write_text(text, encoding="utf-8")
    load_catalogue(folder)


def test_the_indicators_of_the_contract() -> None:
    assert set(load_catalogue()) == {
        "counselling_sessions",
        "first_counsellings",
        "follow_up_counsellings",
        "referrals",
        "persons_new_to_programme",
        "fair_integration_individual",
        "fair_integration_referrals",
        "fair_integration_group_participants",
        "fair_integration_total",
        "fair_integration_occasions",
        "group_participants",
        "intercultural_participants",
        "skilled_worker_participants",
        "meetings_held",
        "structure_units",
        "qualification_entries",
        "qualification_successes",
        "qualification_ends",
        "esf_participants",
        "esf_results",
        "recognition_procedures",
        "contact_persons",
        "contact_persons_mandated",
        "transfers",
        "good_practice_sheets",
        "migrant_organisations",
        "migrant_organisation_projects",
        "completeness",
        "timeliness",
        "company_counsellings",
        "companies_counselled",
    }


def test_every_indicator_has_its_four_part_sheet() -> None:
    for indicator in load_catalogue().values():
        for text in (indicator.definition, indicator.statement, indicator.assessment, indicator.source):
            assert text.endswith("."), indicator.code


def test_what_counts_no_people_is_not_protected() -> None:
    open_ones = {entry.code for entry in load_catalogue().values() if not entry.protect}
    assert open_ones == {
        "transfers",
        "good_practice_sheets",
        "migrant_organisations",
        "migrant_organisation_projects",
        "structure_units",
        "meetings_held",
        "completeness",
    }


def test_the_centre_answers_only_what_lean_events_tell() -> None:
    catalogue = load_catalogue()
    assert catalogue["fair_integration_occasions"].answerable(lean=True) == ()
    assert catalogue["referrals"].answerable(lean=True) == ()
    lean = set(catalogue["counselling_sessions"].answerable(lean=True))
    assert lean == {
        "region",
        "month",
        "quarter",
        "year",
        "round",
        "programme_line",
        "session_type",
        "seen_before",
        "nationality",
        "refugee_background",
    }


def test_a_network_answers_every_dimension() -> None:
    for indicator in load_catalogue().values():
        assert indicator.answerable(lean=False) == indicator.dimensions, indicator.code


def test_every_indicator_has_german_and_english_words() -> None:
    for indicator in load_catalogue().values():
        assert indicator.title_de, indicator.code
        assert indicator.title_en, indicator.code
        assert indicator.definition.endswith("."), indicator.code
        assert "  " not in indicator.definition, indicator.code


@pytest.mark.parametrize(
    ("line", "wrong", "message"),
    [
        ('unit = "sessions"', 'unit = "sessions"\nunti = "x"', "unknown keys"),
        ('unit = "sessions"', "", "unit"),
        ('code = "probe"', 'code = "other"', "file name"),
        ('kind = "session_recorded"', 'kind = "session_recrded"', "unknown kind"),
        ('["region", "month"]', '["region", "monht"]', "unknown dimensions"),
        ('["region", "month"]', '["region", "format"]', "no field 'format'"),
        ('measure = "count"', 'measure = "sum"', "measure and field"),
        ('measure = "count"', 'measure = "average"\nfield = "mobile"', "measure and field"),
        ('measure = "count"', 'measure = "sum"\nfield = "participants"', "no field 'participants'"),
        ('"month"]', '"month"]\n[[where]]\nsession_tpye = ["first"]', "no field 'session_tpye'"),
        ('"month"]', '"month"]\n[[where]]\nsession_type = ["frist"]', "never 'frist'"),
        ('"month"]', '"month"]\nparts = ["missing"]', "missing"),
        ('unit = "sessions"', 'unit = "apples"', "no German name"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path: Path, line: str, wrong: str, message: str) -> None:
    assert line in GOOD
    load(tmp_path, GOOD)
    load_catalogue.cache_clear()
    with pytest.raises(CatalogueError, match=message):
        load(tmp_path, GOOD.replace(line, wrong))


def test_a_new_indicator_is_a_file(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    load(tmp_path, GOOD)
    assert load_catalogue(tmp_path).keys() - load_catalogue().keys() == {"probe"}


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("month", "2021-12", True),
        ("month", "2021-13", False),
        ("quarter", "2021-Q4", True),
        ("quarter", "2021-Q5", False),
        ("year", "2021", True),
        ("year", "21", False),
        ("round", "2019-2022", True),
        ("round", "2019-2023", False),
        ("region", "rp", True),
        ("region", "sn", False),  # another network
        ("nationality", "SY", True),
        ("nationality", "sy", False),
        ("nationality", "stateless", True),
        ("gender", "diverse", True),
        ("gender", "other", False),
        ("mobile", "yes", True),
        ("mobile", "true", False),
        ("language", "ar", True),
        ("language", "arabic", False),
        ("language", "not_stated", True),
        ("reference_occupation", "8140", True),
        ("reference_occupation", "8140x", False),
        ("occupation_group", "physician", True),
        ("occupation_group", "doctor", False),
        ("office", "rp-mz-1", True),
        ("office", "rp mz", False),
        ("occasion", "pay", True),
        ("occasion", "salary", False),
    ],
)
def test_values_of_dimensions(name: str, value: str, accepted: bool) -> None:
    assert load_dimensions()[name].accepts(value, "session_recorded", "rp") is accepted


def test_the_migration_service_is_no_value_at_the_centre() -> None:
    line = load_dimensions()["programme_line"]
    assert not line.accepts("migration_service", "session_recorded", "de")
    assert line.accepts("migration_service", "session_recorded", "rp")
    assert line.accepts("fair_integration", "session_recorded", "de")
