"""Run the reporting service: `python -m services.reporting`."""

from services.reporting.app import create_app
from shared.serving import serve_one
from shared.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    serve_one(create_app(settings), settings)
