"""Consents (Entbindung von der Schweigepflicht) and what was handed over under them (CON-02 to CON-04). Class E."""
