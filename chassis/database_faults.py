"""Which errors of a database are the database's own."""

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError


def is_database_fault(error: DBAPIError) -> bool:
    """Tell a database that is away, starting, full or read-only from a mistake in our statements."""
    return (
        isinstance(error, OperationalError | InternalError | InterfaceError) or error.connection_invalidated
    )
