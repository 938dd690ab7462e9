"""What was saved as a special request before is a view now, and would be one again after going back."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from deploy.local.paths import ROOT
from deploy.local.postgres import Postgres
from tests.support.databases import Databases

SAVED = (
    "INSERT INTO saved_request VALUES (gen_random_uuid(), 'ada', 'Syrien', 'indicator=referrals', true, '2026-11-01')"
)
VIEWS = "SELECT owner, name, path, shared, start, revision, saved_on::text FROM saved_view"
REQUESTS = "SELECT owner, name, query, shared, saved_on::text FROM saved_request"
OTHER = (
    "INSERT INTO saved_view (view_id, owner, name, path, shared, start, revision, saved_on) "
    "VALUES (gen_random_uuid(), 'ada', 'Bund', '/bund', false, true, 1, '2026-11-02')"
)


def test_saved_requests_become_views_and_back(postgres: Postgres, databases: Databases) -> None:
    url = postgres.url(databases.take("reporting"))
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / "reporting" / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    engine = create_engine(url)
    command.downgrade(config, "0010-1")
    with engine.begin() as connection:
        connection.execute(text(SAVED))
    command.upgrade(config, "0010")
    with engine.begin() as connection:
        (view,) = connection.execute(text(VIEWS)).all()
        connection.execute(text(OTHER))
    assert tuple(view) == ("ada", "Syrien", "/anfrage?indicator=referrals", True, False, 1, "2026-11-01")
    command.downgrade(config, "0010-1")
    with engine.begin() as connection:
        (request,) = connection.execute(text(REQUESTS)).all()
    engine.dispose()
    assert tuple(request) == ("ada", "Syrien", "indicator=referrals", True, "2026-11-01")
