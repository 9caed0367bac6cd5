"""Operation of the system: no personal data here."""

