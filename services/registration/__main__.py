"""Run the registration service: `python -m services.registration`.

`python -m services.registration occupations import kldb.csv` loads the official list of occupations (KldB 2010).
"""

import asyncio
import sys
from pathlib import Path

from services.registration.app import create_app
from services.registration.occupations import ListError, load_list, read_list
from shared.database import make_engine, session_factory
from shared.serving import serve_one
from shared.settings import Settings

USAGE = "Aufruf: python -m services.registration [occupations import DATEI.csv]"


async def load_occupations(settings: Settings, content: bytes) -> int:
    """Load the official list into the network's database. Raises ListError; then the old list stays."""
    rows = read_list(content)
    engine = make_engine(settings.database_url)
    try:
        async with session_factory(engine)() as session, session.begin():
            return await load_list(session, rows)
    finally:
        await engine.dispose()


def main(arguments: list[str]) -> None:
    """Serve, or load the list and say how it went."""
    settings = Settings()
    if not arguments:
        serve_one(create_app(settings), settings)
        return
    if arguments[:2] != ["occupations", "import"] or len(arguments) != 3:
        sys.exit(USAGE)
    try:
        count = asyncio.run(load_occupations(settings, Path(arguments[2]).read_bytes()))
    except FileNotFoundError:
        sys.exit(f"Die Datei {arguments[2]} gibt es nicht.")
    except ListError as error:
        sys.exit(f"{error} Es wurde nichts geändert.")
    sys.stdout.write(f"{count} Berufe geladen.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
