"""Navigation of a role: the daily work first, side by side; what is needed less often in groups that open.

Pages of the cockpit (*Bund*, in a network *Auswertung*) have a line of their own below it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from services.gateway.access import Visitor
from services.gateway.languages import _
from shared.security import allowed
from shared.vocabulary import Role
from shared.vocabulary.permissions import PERMISSIONS, STAFF

R = Role
DAILY, FIGURES, MORE = "", "Zahlen", "Weiteres"
GROUPS = (FIGURES, MORE)
"""Groups after the daily entries, in this order."""
SIDE_BY_SIDE = 7
"""So many entries of a role need no groups: on a phone they are three lines."""

# (path, label, roles, group); shown in this order.
NAVIGATION = (
    ("/", "Fällig", PERMISSIONS["due:read"], DAILY),
    ("/", "Übersicht", frozenset(R) - PERMISSIONS["due:read"].keys(), DAILY),
    ("/beratungen/neu", "Neue Beratung", frozenset({R.COUNSELLOR}), DAILY),
    ("/termine", "Termine", frozenset({R.COUNSELLOR}), DAILY),
    ("/faelle", "Fälle", frozenset({R.COUNSELLOR}), DAILY),
    ("/personen", "Personen", frozenset({R.COUNSELLOR}), DAILY),
    ("/beratungen", "Beratungen", frozenset({R.COUNSELLOR}), DAILY),
    ("/gruppen", "Gruppen", frozenset({R.COUNSELLOR}), MORE),
    ("/stellen", "Stellen", frozenset({R.COUNSELLOR, R.ADMIN, R.COORDINATOR}), MORE),
    ("/vorschlaege", "Vorschläge", PERMISSIONS["proposals:read"], DAILY),
    ("/durchgaenge", "Durchgänge", PERMISSIONS["plans:read"], DAILY),
    ("/eigene-zahlen", "Eigene Zahlen", PERMISSIONS["own_figures:read"], FIGURES),
    ("/teilnahmen", "Teilnahmen", PERMISSIONS["participations:read"], DAILY),
    ("/schulungen", "Schulungen", frozenset({R.TRAINER}), DAILY),
    ("/schulungen/neu", "Neue Schulung", frozenset({R.TRAINER}), DAILY),
    ("/ansprechpersonen", "Ansprechpersonen", PERMISSIONS["runs:read"], MORE),
    ("/vorgaenge", "Vorgänge", PERMISSIONS["items:read"], MORE),
    ("/zustaendige-stellen", "Zuständige Stellen", frozenset({R.COORDINATOR}), MORE),
    ("/loeschung", "Löschung", PERMISSIONS["references:erase"], MORE),
    ("/import", "Import", frozenset({R.ADMIN, R.COORDINATOR}), DAILY),
    ("/termine/stellen", "Öffnungszeiten", PERMISSIONS["offices:write"], DAILY),
    ("/faelle-uebertragen", "Fälle übertragen", PERMISSIONS["cases:assign"], MORE),
    ("/export", "Export", PERMISSIONS["sessions:export"], DAILY),
    ("/protokoll", "Protokoll", frozenset({R.ADMIN}), DAILY),
    ("/aufbewahrung", "Aufbewahrung", PERMISSIONS["retention:read"], MORE),
    ("/neues", "Neues", frozenset({R.COORDINATION, R.COORDINATOR}), DAILY),
    ("/neues", "Neues", PERMISSIONS["news:read"].keys() - {R.COORDINATION, R.COORDINATOR}, FIGURES),
    ("/auswertung", "Auswertung", STAFF, FIGURES),
    ("/bund", "Bund", frozenset({R.COORDINATION}), DAILY),
    ("/esf", "ESF Plus", frozenset({R.ADMIN, R.COORDINATOR, R.COORDINATION}), FIGURES),
    ("/anfrage", "Sonderanfrage", PERMISSIONS["figures:read"], FIGURES),
    ("/ansichten", "Ansichten", PERMISSIONS["views:keep"], FIGURES),
    ("/tabellen", "Tabellen", frozenset({R.COORDINATION}), DAILY),
    ("/berichte", "Berichte", PERMISSIONS["books:make"], FIGURES),
    ("/veroeffentlichungen", "Veröffentlichungen", PERMISSIONS["editions:make"], FIGURES),
    ("/daten", "Daten", frozenset({R.READER, R.JURY}), DAILY),
    ("/fragen", "Fragen aus Berlin", STAFF, FIGURES),
    ("/qualitaet", "Datenqualität", PERMISSIONS["quality:read"], FIGURES),
    ("/methoden", "Methoden", PERMISSIONS["indicators:read"], FIGURES),
    ("/angebote", "Angebote", PERMISSIONS["offers:read"], MORE),
    ("/gremium", "Gremium", PERMISSIONS["board:read"], MORE),
    ("/good-practice/uebertragungen", "Übertragungen", PERMISSIONS["sheets:follow"], MORE),
    ("/betrieb", "Betrieb", frozenset({R.COORDINATION, R.OPERATIONS}), DAILY),
)
CENTRE_ONLY = {"/bund", "/tabellen", "/betrieb", "/gremium", "/good-practice/uebertragungen"}
EVERYWHERE = {"/", "/anfrage", "/angebote", "/ansichten", "/daten", "/esf", "/methoden", "/neues", "/qualitaet"}
EVERYWHERE |= {"/berichte", "/veroeffentlichungen"}
SECTIONS = {"/bund": "Bund", "/auswertung": "Auswertung", "/anfrage": "Sonderanfrage", "/tabellen": "Tabellen"}
"""Pages of figures, with all below them: what may be saved as a view."""
ADDRESS = re.compile(r"/(?!/)[A-Za-z0-9_.~/-]*(\?[^\s\\#\x00-\x1f\x7f-\x9f]*)?")
"""An address of this site: one slash, so that no browser reads another host out of it."""


def section(path: str) -> str | None:
    """The section that an address belongs to, if it is one of a page of figures of this site."""
    page = path.partition("?")[0]
    if not ADDRESS.fullmatch(path) or ".." in page.split("/"):
        return None
    return next((one for one in SECTIONS if page == one or page.startswith(f"{one}/")), None)


def saving_link(visitor: Visitor | None, path: str, query: str) -> str:
    """Where to save a page as a view; none for who may not, and for pages that are no figures or say so themselves."""
    if visitor is None or not allowed(visitor.principal, "views:keep") or section(path) in (None, "/anfrage"):
        return ""
    return f"/ansichten/neu?seite={quote(f'{path}?{query}' if query else path, safe='')}"


BUND, AUSWERTUNG = "/bund", "/auswertung"
# (path, label); `{start}` is the first page of the cockpit: of the centre, or of a network. Shown in this order as far
# as there is such a page and the visitor may open it, so that a page is listed by being there.
COCKPIT = (
    ("{start}", "Überblick"),
    ("{start}/vollstaendigkeit", "Vollständigkeit"),
    ("{start}/weg", "Weg"),
    ("{start}/kohorten", "Kohorten"),
    ("{start}/verstetigung", "Verstetigung"),
    ("/neues", "Neues"),
    ("/ansichten", "Ansichten"),
    ("/qualitaet", "Datenqualität"),
    ("/gremium", "Gremium"),
    ("/good-practice/uebertragungen", "Übertragungen"),
    ("/berichte", "Berichte"),
    ("/esf", "ESF Plus"),
)


def cockpit(visitor: Visitor | None, path: str, pages: Mapping[str, str], *, centre: bool) -> list[dict[str, Any]]:
    """The cockpit's pages for a visitor; `pages` are all there are, with the permission each needs."""
    start = BUND if centre else AUSWERTUNG
    entries = [(target.format(start=start), text) for target, text in COCKPIT]
    role = visitor.principal.role if visitor else None
    open_to = [entry for entry in entries if role in PERMISSIONS.get(pages.get(entry[0], ""), {})]
    current = max((target for target, _text in open_to if f"{path}/".startswith(f"{target}/")), key=len, default="")
    return [
        {"href": target, "text": _(text), "current": target == current, "exact": target == path}
        for target, text in open_to
    ]


def navigation(visitor: Visitor | None, path: str, *, centre: bool) -> list[dict[str, Any]]:
    """Groups of the visitor's role, the daily one without a name first; the longest fitting path is the current one."""
    if visitor is None:
        return []
    role = visitor.principal.role
    entries = [
        (target, text, group)
        for target, text, roles, group in NAVIGATION
        if role in roles and (target in EVERYWHERE or (target in CENTRE_ONLY) == centre)
    ]
    fitting = [target for target, *_ in entries if path == target or (target != "/" and path.startswith(target))]
    current = max(fitting, key=len, default="")
    return list(_grouped(entries, current))


def _grouped(entries: list[tuple[str, str, str]], current: str) -> Iterator[dict[str, Any]]:
    """Few entries stand side by side, and so does a group of one."""
    few = len(entries) <= SIDE_BY_SIDE
    sizes = {group: sum(entry[2] == group for entry in entries) for group in GROUPS}
    groups = {target: DAILY if few or sizes.get(group, 0) < 2 else group for target, _, group in entries}
    for name in (DAILY, *GROUPS):
        links = [
            {"href": target, "text": _(text), "current": target == current}
            for target, text, _group in entries
            if groups[target] == name
        ]
        if links:
            yield {"name": _(name) if name else "", "links": links, "current": any(link["current"] for link in links)}
