"""Metadata of editions: what DCAT-AP requires and recommends is there; what nobody confirmed is marked so."""

from typing import Any

import pytest

from services.gateway.dcat import catalogue_of, temporal
from tests.support.shown_editions import KEY, edition, of_period

SITE = "https://daten.example"
PAGE = f"{SITE}/daten/{KEY}"


def catalogue() -> dict[str, Any]:
    entry = {"edition_id": KEY, "published_on": "2022-08-01"}
    return catalogue_of([(entry, edition())], "MUT IQ – Bund", SITE)


def test_the_catalogue() -> None:
    found = catalogue()
    assert (found["@id"], found["@type"]) == (f"{SITE}/daten", "dcat:Catalog")
    assert found["@context"]["dcat"] == "http://www.w3.org/ns/dcat#"
    assert found["@context"]["dct"] == "http://purl.org/dc/terms/"
    for name in ("dct:title", "dct:description", "dct:publisher", "dct:license", "foaf:homepage"):
        assert found[name], name


def test_a_data_set() -> None:
    (found,) = catalogue()["dcat:dataset"]
    assert (found["@id"], found["@type"]) == (PAGE, "dcat:Dataset")
    assert found["dct:title"] == {"@value": "Zweites Quartal 2022", "@language": "de"}
    assert found["dct:issued"] == {"@value": "2022-08-01", "@type": "xsd:date"}
    assert found["dct:temporal"] == {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": "2022-04-01", "@type": "xsd:date"},
        "dcat:endDate": {"@value": "2022-06-30", "@type": "xsd:date"},
    }
    assert found["dct:description"]["@value"] == (
        "Synthetische Daten: Alle Zahlen sind erfunden. Beratungen. Stichtag 15.07.2022; "
        "Schutz kleiner Zahlen: Mindestzahl 3."
    )
    assert "nicht bestätigt" in found["dct:license"]["rdfs:label"]["@value"]


def test_distributions() -> None:
    (found,) = catalogue()["dcat:dataset"]
    files = found["dcat:distribution"]
    assert [entry["dcat:downloadURL"]["@id"] for entry in files] == [
        f"{PAGE}.csv",
        f"{PAGE}.xlsx",
        f"{PAGE}.pdf",
        f"{PAGE}.json",
        f"{PAGE}/1.csv",
        f"{PAGE}/1.json",
        f"{PAGE}/1.parquet",
    ]
    assert {entry["dcatap:availability"]["@id"].rpartition("/")[2] for entry in files} == {"STABLE"}
    assert {entry["dcat:accessURL"]["@id"] for entry in files} == {PAGE}
    assert files[0]["dcat:mediaType"] == {"@id": "https://www.iana.org/assignments/media-types/text/csv"}
    assert all("nicht bestätigt" in entry["dct:license"]["rdfs:label"]["@value"] for entry in files)


@pytest.mark.parametrize(
    ("periods", "start", "end"),
    [
        ([("2021-01", "2021-12"), ("2020-03", "2022-02")], "2020-03-01", "2022-02-28"),
        ([("2021-01", "2021-12"), (None, "2020-02")], None, "2021-12-31"),
        ([(None, None)], None, "2022-07-15"),
    ],
)
def test_the_time_it_covers(periods: list[tuple[str | None, str | None]], start: str | None, end: str) -> None:
    found = temporal(edition(tables=[of_period(*period) for period in periods]))
    assert found["dcat:endDate"]["@value"] == end
    assert found.get("dcat:startDate", {}).get("@value") == start


@pytest.mark.parametrize(
    ("region", "level", "key"), [("de", "federal", None), ("rp", "state", "07"), ("th", "state", "16")]
)
def test_the_level_of_government_and_the_land(region: str, level: str, key: str | None) -> None:
    entry = {"edition_id": KEY, "published_on": "2022-08-01"}
    (found,) = catalogue_of([(entry, edition(region=region))], "IQ Netzwerk", SITE)["dcat:dataset"]
    base = "http://dcat-ap.de/def/politicalGeocoding"
    assert found["dcatde:politicalGeocodingLevelURI"] == {"@id": f"{base}/Level/{level}"}
    assert found.get("dcatde:politicalGeocodingURI") == ({"@id": f"{base}/stateKey/{key}"} if key else None)
