"""The tables that every service's database has: outbox, inbox, done-once, access log, jobs, marks."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from chassis.columns import Id, Json, Moment

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")


def service_metadata() -> MetaData:
    """Return the metadata of one service, with the tables that every service has."""
    metadata = MetaData(naming_convention=_NAMING)
    _outbox(metadata)
    _inbox(metadata)
    _done_once(metadata)
    _access_log(metadata)
    _jobs(metadata)
    _marks(metadata)
    return metadata


def _outbox(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("id", Id, primary_key=True),
        Column("routing_key", String(80), nullable=False),
        Column("envelope", Json, nullable=False),
        Column("recorded_at", Moment, nullable=False),
        Column("published_at", Moment),
        # No queue was bound when it was published: nobody declared to hear this fact.
        Column("unheard", Boolean, nullable=False, server_default=text("false")),
    )
    outbox = metadata.tables["outbox"]
    Index(
        "ix_outbox_unpublished",
        outbox.c.recorded_at,
        postgresql_where=outbox.c.published_at.is_(None),
        sqlite_where=outbox.c.published_at.is_(None),
    )
    Index("ix_outbox_routing_key", outbox.c.routing_key, outbox.c.recorded_at)


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("handler", String(80), primary_key=True),
        Column("fact_id", Id, primary_key=True),
        Column("heard_at", Moment, nullable=False),
    )


def _done_once(metadata: MetaData) -> None:
    Table(
        "done_once",
        metadata,
        Column("caller", String(80), primary_key=True),
        # Only the key's hash; the answer is sealed with the key itself, see `chassis.sealed`.
        Column("key", String(80), primary_key=True),
        Column("method", String(60), nullable=False),
        Column("body_hash", LargeBinary(32), nullable=False),
        Column("answer", Json, nullable=False),
        Column("done_at", Moment, nullable=False, index=True),
    )


def _access_log(metadata: MetaData) -> None:
    Table(
        "access_log",
        metadata,
        Column("id", Id, primary_key=True),
        Column("at", Moment, nullable=False),
        Column("account_id", Id),
        Column("office_id", Id),
        Column("role", String(30), nullable=False),
        Column("session", String(64)),
        Column("action", String(30), nullable=False),
        Column("kind", String(30), nullable=False),
        Column("ids", Json, nullable=False),
        Column("person_ids", Json, nullable=False),
        Column("sealed_as", BigInteger, unique=True),
    )
    log = metadata.tables["access_log"]
    Index("ix_access_log_at", log.c.at)
    Index(
        "ix_access_log_unsealed",
        log.c.at,
        postgresql_where=log.c.sealed_as.is_(None),
        sqlite_where=log.c.sealed_as.is_(None),
    )
    Table(
        "access_seal",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("access_id", Id, nullable=False, unique=True),
        Column("chain", LargeBinary(32), nullable=False),
        Column("sealed_at", Moment, nullable=False),
    )


def _jobs(metadata: MetaData) -> None:
    Table(
        "job",
        metadata,
        Column("id", Id, primary_key=True),
        Column("kind", String(60), nullable=False),
        Column("payload", Json, nullable=False),
        Column("state", String(10), nullable=False),  # due, running, done, failed
        Column("due_at", Moment, nullable=False),
        Column("leased_until", Moment),
        Column("attempts", Integer, nullable=False),
        Column("result", Json),
        Column("reason", Text),
        Column("finished_at", Moment),
    )
    job = metadata.tables["job"]
    Index("ix_job_due", job.c.state, job.c.due_at)


def _marks(metadata: MetaData) -> None:
    Table(
        "instance_mark",
        metadata,
        Column("number", _SEQUENCE, Identity(), primary_key=True),
        Column("mark", String(20), nullable=False, unique=True),
        Column("made_at", Moment, nullable=False),
    )
