"""The metadata that all tables of sharing hang on."""

from chassis.db import service_metadata

metadata = service_metadata()
