"""Metadata of published editions for data portals: DCAT-AP as JSON-LD, with what DCAT-AP.de adds where it is simple.

Facts only the operator can state, such as the licence, are marked as to be confirmed, not invented.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.editions import METHODS, Document, synthetic
from services.gateway.rendering import day
from shared.topology import load_topology

Node = dict[str, Any]
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# (ending, media type, code of the EU's list of file types)
FORMS = (
    ("csv", "text/csv", "CSV"),
    ("xlsx", XLSX, "XLSX"),
    ("pdf", "application/pdf", "PDF"),
    ("json", "application/json", "JSON"),
)
TABLE_FORMS = (
    ("csv", "text/csv", "CSV"),
    ("json", "application/json", "JSON"),
    ("parquet", "application/vnd.apache.parquet", "PARQUET"),
)
"""Of each table, for programs."""
GEOCODING = "http://dcat-ap.de/def/politicalGeocoding"
KEYWORDS = (
    "Integration durch Qualifizierung",
    "Anerkennung",
    "Beratung",
    "Qualifizierung",
    "Migration",
    "Arbeitsmarkt",
)
LICENCE = "Lizenz noch nicht bestätigt: vom Betreiber festzulegen"


def catalogue_of(editions: Sequence[tuple[Mapping[str, Any], Document]], network: str, site: str) -> Node:
    """The catalogue of published editions, each with its entry of the list and its document.

    `site` is the address of this gateway, `network` the name of who publishes.
    """
    return {
        "@context": CONTEXT,
        "@id": f"{site}/daten",
        "@type": "dcat:Catalog",
        "dct:title": _german(f"Veröffentlichte Daten: {network}"),
        "dct:description": _german(
            "Tabellen des Förderprogramms Integration durch Qualifizierung (IQ), in denen kleine Zahlen geschützt sind."
        ),
        "dct:publisher": _publisher(network),
        "dct:language": _authority("language", "DEU"),
        "dct:license": _licence(),
        "foaf:homepage": {"@id": f"{site}/daten"},
        "dcat:dataset": [dataset(entry, document, network, site) for entry, document in editions],
    }


def dataset(entry: Mapping[str, Any], document: Document, network: str, site: str) -> Node:
    """One edition as a data set."""
    key = document["edition_id"]
    page = f"{site}/daten/{key}"
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": key,
        "dct:title": _german(document["title"]),
        "dct:description": _german(described(document)),
        "dct:issued": _typed(entry["published_on"], "xsd:date"),
        "dct:temporal": temporal(document),
        "dct:publisher": _publisher(network),
        "dct:language": _authority("language", "DEU"),
        "dct:accessRights": _authority("access-right", "PUBLIC"),
        "dct:license": _licence(),
        "dcat:theme": _authority("data-theme", "SOCI"),
        "dcat:landingPage": {"@id": page},
        "dcat:keyword": [_german(word) for word in KEYWORDS],
        **_area(document["region"]),
        "dcat:distribution": [
            *(_distribution(page, f"{page}.{ending}", kind, code) for ending, kind, code in FORMS),
            *(
                _distribution(page, f"{page}/{number}.{ending}", kind, code, number)
                for number in range(1, len(document["tables"]) + 1)
                for ending, kind, code in TABLE_FORMS
            ),
        ],
    }


def _area(region: str) -> Node:
    """The level of government and, for a network, the key of its Land, as DCAT-AP.de names them."""
    land = load_topology().get(region)
    if land is None:
        return {"dcatde:politicalGeocodingLevelURI": {"@id": f"{GEOCODING}/Level/federal"}}
    return {
        "dcatde:politicalGeocodingLevelURI": {"@id": f"{GEOCODING}/Level/state"},
        "dcatde:politicalGeocodingURI": {"@id": f"{GEOCODING}/stateKey/{land.ags:02}"},
    }


def described(document: Document) -> str:
    """What an edition holds, in one or two sentences."""
    names = ", ".join(dict.fromkeys(entry["passport"]["title"] for entry in document["tables"]))
    invented = "Synthetische Daten: Alle Zahlen sind erfunden. " if synthetic(document) else ""
    method = METHODS.get(document["method"], document["method"])
    return f"{invented}{names}. Stichtag {day(document['as_of'])}; Schutz kleiner Zahlen: {method}."


def temporal(document: Document) -> Node:
    """From the first month of any table, if all have one, to the last; what has no end ends at the Stichtag."""
    periods = [entry["passport"]["period"] for entry in document["tables"]]
    firsts = [period["from"] for period in periods]
    last = max(_last_day(period["to"]) if period["to"] else document["as_of"] for period in periods)
    start = {"dcat:startDate": _typed(f"{min(firsts)}-01", "xsd:date")} if all(firsts) else {}
    return {"@type": "dct:PeriodOfTime", **start, "dcat:endDate": _typed(last, "xsd:date")}


def _last_day(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{month}-{monthrange(year, number)[1]:02d}"


def _distribution(page: str, file: str, media_type: str, code: str, table: int = 0) -> Node:
    return {
        "@id": file,
        "@type": "dcat:Distribution",
        "dct:title": _german(f"Tabelle {table}: {code}" if table else code),
        "dcat:accessURL": {"@id": page},
        "dcat:downloadURL": {"@id": file},
        "dcat:mediaType": {"@id": f"{IANA}/{media_type}"},
        "dct:format": _authority("file-type", code),
        "dct:license": _licence(),
        "dcatap:availability": _authority("planned-availability", "STABLE"),
    }


def _publisher(network: str) -> Node:
    return {"@type": "foaf:Agent", "foaf:name": _german(network)}


def _licence() -> Node:
    return {"@type": "dct:LicenseDocument", "rdfs:label": _german(LICENCE)}


def _german(text: str) -> Node:
    return {"@value": text, "@language": "de"}


def _typed(value: str, kind: str) -> Node:
    return {"@value": value, "@type": kind}


def _authority(table: str, code: str) -> Node:
    return {"@id": f"{AUTHORITY}/{table}/{code}"}
