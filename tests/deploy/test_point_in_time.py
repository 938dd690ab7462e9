"""A server that archives goes back to a moment, with copies that are checked and an archive that is kept in order."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaos.federation import short_folder
from deploy.backup import base
from deploy.backup.__main__ import main
from deploy.backup.archiving import archiving, as_lines
from deploy.backup.place import Place, choose, chosen, moment_of
from deploy.backup.programs import call
from deploy.backup.recovery import flush, recovered
from deploy.backup.restoring import restore_to
from deploy.life.archive import running
from deploy.life.hub import Refused
from deploy.local.keys import Keys
from deploy.local.paths import Paths, read_json
from deploy.local.ports import Ports
from deploy.local.postgres import Postgres
from deploy.local.processes import REGION_SERVICES, Site
from tests.support.waiting import wait_for

TABLES = """
CREATE TABLE told AS SELECT 1 AS number;
CREATE TABLE sign_in AS SELECT 'hash' AS token_hash;
CREATE TABLE outbox AS
SELECT 'region' AS destination, NULL::text AS parked_reason, told AS created_at, told AS delivered_at
FROM (VALUES (now()), (now() - interval '3 days')) AS messages (told);
"""
"""What a restore touches; what it does with real services is seen in the drill."""
DATABASES = (*(f"rp_{service}" for service in REGION_SERVICES), "sn_gateway")
pytestmark = [pytest.mark.timeout(120), pytest.mark.slow]


def address(server: Postgres) -> str:
    return f"host={server.socket_folder} user=postgres dbname=postgres"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A folder of backups with a space and a quote in its name, as people have them."""
    with short_folder() as folder:
        found = Place(folder / "Pia's Sicherungen 100%")
        found.prepare()
        yield found


@pytest.fixture(scope="module")
def server(place: Place) -> Iterator[Postgres]:
    """A server that archives there, with what a restore touches of two networks, and a base copy."""
    found = Postgres(place.folder.parent / "data", 20, durable=False, more=archiving(place.log))
    with running(found):
        for name in DATABASES:
            with found.connect() as connection:
                connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
            with found.connect(name) as connection:
                connection.execute(TABLES)
        base.take_base(place, address(found))
        yield found


def numbers(server: Postgres, database: str) -> list[int]:
    with server.connect(database) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM told ORDER BY number")]


def tell(server: Postgres, number: int) -> None:
    """Something that all databases know from now on."""
    for name in DATABASES:
        with server.connect(name) as connection:
            connection.execute("INSERT INTO told VALUES (%s)", [number])


def test_one_network_goes_back_to_the_moment_that_is_asked_for(server: Postgres, place: Place) -> None:
    paths = Paths(place.folder.parent / "local")
    site = Site(paths, Ports(), Keys(paths), server)
    tell(server, 2)
    with server.connect() as connection:
        ((moment,),) = connection.execute("SELECT clock_timestamp()").fetchall()
    tell(server, 3)
    store = site.broker("rp").folder / "store"
    store.mkdir(parents=True)
    done = restore_to(site, place, "rp", moment.astimezone(UTC), {})
    assert done == f"rp ist auf dem Stand vom {moment.astimezone(UTC):%d.%m.%Y, %H:%M:%S} UTC. rp: Kein Löschjournal."
    for service in REGION_SERVICES:
        assert numbers(server, f"rp_{service}") == [1, 2]
    assert numbers(server, "sn_gateway") == [1, 2, 3]
    with server.connect("rp_gateway") as one, server.connect("rp_counselling") as two:
        assert one.execute("SELECT count(*) FROM sign_in").fetchone() == (0,), "who has left since is not back"
        assert two.execute("SELECT count(*) FROM outbox WHERE delivered_at IS NULL").fetchone() == (1,), "of today"
    assert not store.exists()
    with server.connect() as connection:
        assert not connection.execute("SELECT FROM pg_database WHERE datname LIKE 'restored%'").fetchall()


def test_what_no_backup_reaches_is_refused_in_a_sentence(server: Postgres, place: Place) -> None:
    flush(server, place)
    for year, sentence in ((2030, "Das Archiv reicht nicht bis 01.01.2030"), (2020, "So weit zurück reichen")):
        with pytest.raises(Refused, match=sentence), recovered(place, datetime(year, 1, 1, tzinfo=UTC)):
            pass
    paths = Paths(place.folder.parent / "local")
    for network, moment, sentence in (
        ("xx", None, "Unbekanntes Netzwerk: xx"),
        ("rp", datetime(2030, 1, 1, tzinfo=UTC), "liegt in der Zukunft"),
    ):
        with pytest.raises(Refused, match=sentence):
            restore_to(Site(paths, Ports(), Keys(paths), server), place, network, moment, {})
    assert read_json(place.folder / "backups.json", {}) == {"base": round(place.known()[0].ended.timestamp())}


def test_another_server_is_told_by_its_files(
    server: Postgres, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    flush(server, place)
    with short_folder() as folder:
        command("settings", place.folder, monkeypatch=monkeypatch)
        assert capsys.readouterr().out == as_lines(archiving(place.log))
        data = folder / "data"
        command("recover", place.folder, data, monkeypatch=monkeypatch)
        assert capsys.readouterr().out.startswith(f"Bereit: PostgreSQL mit {data} starten")
        with running(Postgres(data, 20, durable=False, more={"wal_level": "replica"})) as _:
            wait_for(lambda: Postgres(data).ready())
            assert numbers(Postgres(data), "rp_gateway")[0] == 1
    with pytest.raises(SystemExit):
        command("recover", place.folder, tmp_path, "--at", "gestern", monkeypatch=monkeypatch)
    assert "AT=gestern ist kein Zeitpunkt" in capsys.readouterr().err


def command(*words: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command as an operator gives it."""
    monkeypatch.setattr(sys, "argv", ["deploy.backup", *map(str, words)])
    main()


def test_a_damaged_copy_and_a_strange_server_are_refused(
    server: Postgres, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = place.known()

    def damaging(program: str, *words: str | Path) -> str:
        said = call(program, *words)
        if program == "pg_basebackup":
            file = Path(words[words.index("-D") + 1]) / "base/1/PG_VERSION"
            file.write_text("17\n")
        return said

    with monkeypatch.context() as patched:
        patched.setattr(base, "call", damaging)
        with pytest.raises(Refused, match="pg_verifybackup ist gescheitert"):
            base.take_base(place, address(server))
    assert place.known() == known
    assert [path.name for path in place.bases.iterdir() if path.is_dir()] == [known[0].name], "no half copy stays"
    stranger = replace(known[0], name="20260101T000000Z", server="1")
    place.keep(stranger)
    with pytest.raises(Refused, match=r"gehört zu einem anderen Server \(1\)"):
        base.take_base(place, address(server))
    (place.bases / "20260101T000000Z.json").unlink()


def test_what_is_older_than_it_may_be_goes_but_never_the_newest(tmp_path: Path) -> None:
    place, now = Place(tmp_path), datetime(2026, 11, 27, 3, tzinfo=UTC)
    place.prepare()
    for number, days in enumerate((40, 15, 13, 1), start=2):
        when = now - timedelta(days=days)
        name = f"{when:%Y%m%dT%H%M%SZ}"
        (place.bases / name).mkdir()
        place.keep(base.Base(name, "1", when, when, f"00000001000000000000000{number}"))
    for number in range(1, 8):
        (place.log / f"00000001000000000000000{number}.gz").touch()
    (place.log / "000000010000000000000003.00000028.backup.gz").touch()
    assert base.prune(place, now) == ["20261018T030000Z", "20261112T030000Z"]
    assert [path.name[-4:-3] for path in sorted(place.log.iterdir())] == ["4", "5", "6", "7"]
    assert len(list(place.bases.iterdir())) == 4, "two copies, each with its file"
    assert base.prune(place, now + timedelta(days=365)) == ["20261114T030000Z"]
    assert [one.segment[-1] for one in place.known()] == ["5"]


def test_a_moment_is_utc_unless_it_says_otherwise() -> None:
    assert moment_of("2026-11-27 10:15") == datetime(2026, 11, 27, 10, 15, tzinfo=UTC)
    assert moment_of("2026-11-27T10:15:30.5+01:00") == datetime(2026, 11, 27, 9, 15, 30, 500000, tzinfo=UTC)


def test_the_local_run_archives_where_it_was_told_once(tmp_path: Path) -> None:
    paths, folder = Paths(tmp_path / "local"), tmp_path / "backups"
    assert chosen(paths, {}) is None
    named = chosen(paths, {"IQ_BACKUPS": str(folder)})
    assert named == Place(folder)
    choose(paths, Place(folder))
    assert chosen(paths, {}) == Place(folder)
    with pytest.raises(ValueError, match="bitte einen Ordner außerhalb nennen"):
        chosen(paths, {"IQ_BACKUPS": str(paths.base / "backups")})
