"""What notify asks of its tables and writes to them, one file per subject."""
