"""The metadata that all tables of sharing hang on."""

from chassis.tables import service_metadata

metadata = service_metadata()
