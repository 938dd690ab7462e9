"""Run the gateway: `python -m services.gateway`."""

from services.gateway.app import create_app
from services.gateway.settings import GatewaySettings
from shared.serving import serve_one

if __name__ == "__main__":
    settings = GatewaySettings()
    serve_one(create_app(settings), settings)
