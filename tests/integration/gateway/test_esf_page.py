"""ESF Plus beside the programme: in a network, and at the centre, which asks the networks and holds none of it."""

import html
import re
from typing import Any

import pytest
from sqlmodel import select

from services.reporting.tables import BodyRow
from shared.database import make_engine, session_factory
from shared.settings import Settings
from shared.topology import CENTRE
from tests.conftest import MakeDatabase
from tests.integration.gateway.conftest import alone
from tests.integration.gateway.test_figure_pages import Site, site, text_of
from tests.integration.reporting.conftest import TODAY, Desk
from tests.support.federation import Federation
from tests.support.recording import rows
from tests.support.servers import NatsServer
from tests.support.waiting import eventually

ID = "10000000-0000-4000-8000-0000000000{}"
DETAIL = ("gender", "age_group", "employment_status", "education_level", "exit_status", "esf_participant_id")
PARTICIPATIONS: list[dict[str, Any]] = [
    {"name": "p1", "gender": "female", "employment_status": "unemployed", "month_ended": "2026-06",
     "result": "finished", "success": "qualification_adequate", "exit_status": "employed", "age_group": "18_29"},
    {"name": "p2", "gender": "male", "employment_status": "long_term_unemployed", "month_ended": None},
    {"name": "p3", "gender": "female", "employment_status": "inactive", "month_ended": "2026-06",
     "result": "finished", "exit_status": "job_searching", "education_level": "isced_0_2"},
    {"name": "p4", "gender": "female", "month_ended": None},
]  # fmt: skip


async def recorded(settings: Settings, *, lean: bool) -> None:
    """The participations as reporting has them."""
    engine = make_engine(settings.database_url, pool_size=1)
    for number, values in enumerate(PARTICIPATIONS):
        event = {"event": "participation", "region": "rp", "month_entered": "2026-02", "received": TODAY, **values}
        if "employment_status" in event:
            event["esf_participant_id"] = ID.format(10 + number)
        told = {name: value for name, value in event.items() if not lean or name not in DETAIL}
        assert await Desk(session_factory(engine), settings.network).keep([told]) == []
    if lean:  # another network's, which will not answer
        saxon = {"event": "participation", "region": "sn", "name": "s", "month_entered": "2026-02", "received": TODAY}
        assert await Desk(session_factory(engine), settings.network).keep([saxon]) == []
    await engine.dispose()


def numbers(page: Any, text: str) -> list[str]:
    """The numbers of a line, the whole first, then by gender."""
    line = next(row for row in re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL) if f">{html.escape(text)}</th>" in row)
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', line)]


def side_by_side(page: Any) -> dict[str, list[str]]:
    """The lines of both counts, as the page shows them."""
    texts = (
        "Programm: Eintritte in Qualifizierungen",
        "ESF Plus: Teilnehmende",
        "Programm: Erfolge der Qualifizierung",
        "ESF Plus: danach in Arbeit",
        "arbeitslos, einschließlich langzeitarbeitslos",
        "langzeitarbeitslos",
        "danach auf Arbeitsuche",
    )
    return {text: numbers(page, text) for text in texts}


EXPECTED = {
    "Programm: Eintritte in Qualifizierungen": ["4", "3", "1", "0", "0"],
    "ESF Plus: Teilnehmende": ["3", "2", "1", "0", "0"],
    "Programm: Erfolge der Qualifizierung": ["1", "1", "0", "0", "0"],
    "ESF Plus: danach in Arbeit": ["1", "1", "0", "0", "0"],
    "arbeitslos, einschließlich langzeitarbeitslos": ["2", "1", "1", "0", "0"],
    "langzeitarbeitslos": ["1", "0", "1", "0", "0"],
    "danach auf Arbeitsuche": ["1", "1", "0", "0", "0"],
}


async def test_a_network_sees_both_counts_and_every_number_leads_to_its_request(
    nats_server: NatsServer, database: MakeDatabase, tmp_path: Any
) -> None:
    behind = await alone("rp", database, nats_server)
    await recorded(behind, lean=False)
    async with site(behind, database, tmp_path) as network:
        await network.sign_in("coordinator")
        page = await network.get("/esf?jahr=2026")
        assert page.status_code == 200
        assert side_by_side(page) == EXPECTED
        shown = text_of(page)
        for said in ("EECO12", "auch nicht als Anzahl", "EECO02", "EECR04", "28 Tagen", "sechs Monate später"):
            assert said in shown
        await followed(network, page)
        assert 'aria-current="page"' in page.text
        await network.sign_in("trainer")
        assert (await network.get("/esf?jahr=2025")).status_code == 200
        assert (await network.get("/esf?jahr=2022")).status_code == 422


async def followed(network: Site, page: Any) -> None:
    """The links of a line and of a file lead to the same number."""
    link = re.findall(r'<a href="(/anfrage\?[^"]+)">2</a>', page.text)
    asked = next(one for one in map(html.unescape, link) if "employment_status=long_term_unemployed,unemployed" in one)
    assert ": 2 (IQ-Verbund" in text_of(await network.get(asked))
    files = [html.unescape(one) for one in re.findall(r'href="(/api/v1/figures\?[^"]+)"', page.text)]
    assert {one.rpartition("=")[2] for one in files} == {"csv", "xlsx"}
    for one in files[:4]:
        assert (await network.get(one)).status_code == 200, one


@pytest.mark.timeout(90)  # three brokers, two services: slow where the machine is shared
async def test_the_centre_asks_says_who_is_silent_and_collects_nothing(
    federation: Federation, database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    both = [federation.settings(code, database("reporting")) for code in (CENTRE, "rp")]
    await recorded(both[0], lean=True)
    await recorded(both[1], lean=False)
    async with (
        site(both[0], database, tmp_path_factory.mktemp("de")) as centre,
        site(both[1], database, tmp_path_factory.mktemp("rp")) as network,
    ):
        await centre.sign_in("coordination")
        unasked = await centre.get("/esf")
        assert "Netzwerke fragen" in unasked.text
        assert "<table" not in unasked.text
        assert await rows(centre.gateway.app, "SELECT 1 FROM figure_use") == []

        async def answered() -> Any:
            page = await centre.get("/esf?jahr=2026&fragen=1&as_of=jetzt")
            return page if "Geantwortet: 1 von 2 Netzwerken" in text_of(page) else None

        page = await eventually(answered, 20)  # right after the start leaves still connect
        assert "Ohne Antwort, also nicht in den Zahlen: Sachsen" in text_of(page)
        assert side_by_side(page) == EXPECTED
        (use, *_) = await rows(centre.gateway.app, "SELECT purpose, query FROM figure_use")
        assert (use[0], use[1].startswith("/esf")) == ("Prüfung", True)
        await network.sign_in("trainer")
        assert "ESF Plus: Teilnehmende" in text_of(await network.get("/fragen"))
    engine = make_engine(both[0].database_url, pool_size=1)
    async with session_factory(engine)() as session:
        held = " ".join(map(str, (await session.exec(select(BodyRow.body))).all()))
    await engine.dispose()
    assert "month_entered" in held
    assert [name for name in DETAIL if name in held] == []
