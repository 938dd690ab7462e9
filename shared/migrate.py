"""Bring a service's database to the newest state: `python -m shared.migrate <service>`.

IQ_DATABASE_URL is the address of the tables' owner, IQ_SERVICE_ROLE the role of the services (default `iq_service`).
"""

import os
import sys

from shared.database import ROLE, migrate

if __name__ == "__main__":
    migrate(sys.argv[1], os.environ["IQ_DATABASE_URL"], os.environ.get("IQ_SERVICE_ROLE", ROLE))
