"""Bring a service's database to the newest state: `python -m shared.migrate <service>`, address in IQ_DATABASE_URL."""

import os
import sys

from shared.database import migrate

if __name__ == "__main__":
    migrate(sys.argv[1], os.environ["IQ_DATABASE_URL"])
