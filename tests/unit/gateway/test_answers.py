"""Answers as tables and charts: German labels, notes, and links by which every number can be followed."""

from typing import Any
from urllib.parse import parse_qsl

from services.gateway.answers import MAX_ROWS, Row, asked_link, downloads, picture, table
from services.gateway.special_requests import read_request

DAYS = "as_of=2022-10-15&known_at=2026-11-24"


def answer(by: list[str], rows: list[dict[str, Any]], total: int, limits: str = "") -> dict[str, Any]:
    grouped = f"&by={','.join(by)}" if by else ""
    link = f"indicator=referrals&version=1{grouped}&from=2022-01&to=2022-12{limits}&{DAYS}"
    return {"indicator": "referrals", "passport": {"link": link}, "by": by, "rows": rows, "total": total}


NATIONALITIES = answer(
    ["nationality"],
    [
        {"nationality": "SY", "value": 1204, "share": 0.6688},
        {"nationality": "not_stated", "value": 400, "share": 0.2222},
        {"nationality": "_rest", "value": 196, "share": 0.1089},
    ],
    1800,
)


def test_rows_carry_german_labels_numbers_and_shares() -> None:
    found = table(NATIONALITIES, "count")
    assert found.columns == ("Staatsangehörigkeit",)
    assert found.rows == (
        Row(("Syrien",), 1204, 0.6688, None),
        Row(("keine Angabe",), 400, 0.2222, None),
        Row(("übrige",), 196, 0.1089, None),
    )
    assert (found.total, found.left_out, found.based, found.notes) == (1800, 0, False, ())


def test_shares_of_mentions_name_their_base() -> None:
    rows = [{"occasion": "pay", "value": 30, "share": 0.3, "base": 100}]
    found = table(answer(["occasion"], rows, 30), "mentions")
    assert found.based
    assert found.rows[0].base == 100
    assert "nicht 100 Prozent" in found.notes[0]
    assert "„Grundlage“" in found.notes[1]
    timely = table(answer(["region"], [{"region": "rp", "value": 9, "share": 0.9, "base": 10}], 9), "timely")
    assert timely.notes == ("Die Anteile beziehen sich auf die Spalte „Grundlage“.",)


def test_rows_that_overlap_say_so() -> None:
    rows = [
        {"target_group": "company", "value": 8, "share": 0.8},
        {"target_group": "job_centre", "value": 7, "share": 0.7},
    ]
    assert "mehr als die Gesamtzahl" in table(answer(["target_group"], rows, 10), "count").notes[0]
    assert table(answer(["target_group"], rows, 15), "count").notes == ()


def test_a_very_long_table_is_cut_and_says_how_much_is_left_out() -> None:
    rows = [{"office": f"B-{number:04d}", "value": 1, "share": 0.001} for number in range(MAX_ROWS + 7)]
    found = table(answer(["office"], rows, len(rows)), "count")
    assert (len(found.rows), found.left_out) == (MAX_ROWS, 7)


def test_charts_fit_what_is_grouped_by() -> None:
    months = [{"month": f"2022-0{number}", "value": number, "share": 0.1} for number in (1, 2, 3)]
    regions = [{"region": code, "value": 3, "share": 0.5} for code in ("rp", "sn")]
    twice = [
        {"month": row["month"], "gender": code, "value": 1, "share": 0.1}
        for row in months
        for code in ("female", "male")
    ]
    many = [row | {"nationality": code} for row in months for code in ("SY", "TR", "UA", "IR", "IN", "PL")]
    mixed = [{"gender": "female", "region": "sn", "value": 2, "share": 0.3}]
    texts = {
        "month": picture(answer(["month"], months, 6)),
        "region": picture(answer(["region"], regions, 6)),
        "nationality": picture(NATIONALITIES),
        "two": picture(answer(["month", "gender"], twice, 6)),
        "bars": picture(answer(["gender", "region"], [row | {"region": "rp"} for row in twice] + mixed, 8)),
    }
    assert {name: found["text"] for name, found in texts.items() if found} == {
        "month": "Liniendiagramm nach Monat",
        "region": "Karte der Länder, dunkler bei größeren Zahlen",
        "nationality": "Balkendiagramm nach Staatsangehörigkeit",
        "two": "Liniendiagramm nach Monat und Geschlecht",
        "bars": "Balkendiagramm nach Geschlecht und Netzwerk",
    }
    assert all(found and found["svg"].startswith("<svg") for found in texts.values())
    assert picture(answer(["month", "nationality"], many, 6)) is None
    assert picture(answer([], [{"value": 6, "share": 1.0}], 6)) is None


def test_a_month_without_records_is_zero_and_not_left_out() -> None:
    rows = [{"month": month, "value": 5, "share": 0.5} for month in ("2021-11", "2022-02")]
    found = picture(answer(["month"], rows, 10))
    assert found is not None
    assert all(month in found["svg"] for month in ("11/2021", "12/2021", "01/2022", "02/2022"))


def test_bars_are_the_largest_values_and_what_is_not_stated_comes_last() -> None:
    rows = [{"office": f"B-{number:02d}", "value": number, "share": 0.1} for number in range(30)]
    found = picture(answer(["office"], [*rows, {"office": "not_stated", "value": 99, "share": 0.1}], 534))
    assert found is not None
    assert found["text"] == "Balkendiagramm der 25 größten Werte nach Beratungsstelle"
    assert "B-29" in found["svg"]
    assert "B-00" not in found["svg"]


def test_a_number_leads_to_the_question_behind_it() -> None:
    whole = f"/anfrage?indicator=referrals&version=1&by=nationality&from=2022-01&to=2022-12&{DAYS}"
    one = f"/anfrage?indicator=referrals&version=1&from=2022-01&to=2022-12&nationality=SY&{DAYS}"
    assert asked_link(NATIONALITIES) == whole
    assert asked_link(NATIONALITIES, NATIONALITIES["rows"][0]) == one
    assert asked_link(NATIONALITIES, NATIONALITIES["rows"][2]) == ""  # the rest of a ranking is no single value


def test_the_number_of_a_month_leads_to_that_month_and_keeps_what_was_limited() -> None:
    rows = [{"month": "2022-03", "value": 1, "share": 0.5}, {"month": "running", "value": 1, "share": 0.5}]
    found = answer(["month"], rows, 2, "&gender=female")
    march = f"/anfrage?indicator=referrals&version=1&from=2022-03&to=2022-03&gender=female&{DAYS}"
    running = f"/anfrage?indicator=referrals&version=1&from=2022-01&to=2022-12&gender=female&month=running&{DAYS}"
    assert [asked_link(found, row) for row in rows] == [march, running]


def test_files_are_asked_with_the_same_days() -> None:
    request = read_request(parse_qsl(f"indicator=referrals&by=gender&{DAYS}"))
    assert downloads(request)[0] == (
        "CSV",
        "/api/v1/figures?indicator=referrals&by=gender&as_of=2022-10-15&known_at=2026-11-24&file=csv",
    )
    assert [name for name, _ in downloads(request)] == ["CSV", "Excel", "Parquet", "JSON"]
