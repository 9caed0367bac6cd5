"""The column types of every table: ids, moments, JSON."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, JSON, DateTime, Integer, String, Uuid, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Id(TypeDecorator[str]):
    """A UUID that is text in code and the database's own type in storage."""

    impl = Uuid(as_uuid=False)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        # Where the database has no type for it, it is stored as it is written everywhere else.
        return dialect.type_descriptor(CHAR(36) if dialect.name == "sqlite" else Uuid(as_uuid=False))

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        # There one id would else be several, one for each way of writing it.
        return _as_stored(value) if value is not None and dialect.name == "sqlite" else value


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in code. A naive value is refused, since its hour is a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _as_stored(id: str) -> str:
    try:
        return str(UUID(id))
    except ValueError:
        # No id at all: nothing is found by it.
        return id


class length_of_list(FunctionElement[int]):  # noqa: N801
    """How many items the list in a Json column has."""

    inherit_cache = True
    type = Integer()


@compiles(length_of_list)
def _in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"jsonb_array_length({compiler.process(element.clauses, **kwargs)})"


@compiles(length_of_list, "sqlite")
def _in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"json_array_length({compiler.process(element.clauses, **kwargs)})"


class items_of_list(FunctionElement[Any]):  # noqa: N801
    """The items of the list in a Json column, for `table_valued("value")`."""

    inherit_cache = True


@compiles(items_of_list)
def _items_in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"jsonb_array_elements({compiler.process(element.clauses, **kwargs)})"


@compiles(items_of_list, "sqlite")
def _items_in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kwargs)})"


class text_in(FunctionElement[str]):  # noqa: N801
    """What an object in JSON has under a name, as text; nothing for null."""

    inherit_cache = True
    type = String()

    def __init__(self, whole: Any, name: str) -> None:
        # Written out: two values would make two expressions of one, of which PostgreSQL groups by one only.
        super().__init__(whole, literal_column(f"'{name}'"))


@compiles(text_in)
def _text_in_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    whole, name = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"({whole} ->> {name})"


@compiles(text_in, "sqlite")
def _text_in_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    whole, name = (compiler.process(each, **kwargs) for each in element.clauses)
    return f"json_extract({whole}, '$.' || {name})"


Json = JSON().with_variant(JSONB(), "postgresql")
