"""Where all tables of notify are noted."""

from chassis.tables import service_metadata

metadata = service_metadata()
