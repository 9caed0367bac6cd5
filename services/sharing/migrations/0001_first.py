"""The first tables: what every service has; persons and stays; notes and handoffs; copies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.columns import Id, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _what_every_service_has()
    _copies()
    _persons_and_stays()
    _notes()
    _handoffs()


def _what_every_service_has() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("office_id", Id(), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("ids", _JSON, nullable=False),
        sa.Column("person_ids", _JSON, nullable=False),
        sa.Column("sealed_as", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
        sa.UniqueConstraint("sealed_as", name="uq_access_log_sealed_as"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at"], unique=False)
    op.create_index(
        "ix_access_log_unsealed",
        "access_log",
        ["at"],
        unique=False,
        postgresql_where=sa.text("sealed_as IS NULL"),
        sqlite_where=sa.text("sealed_as IS NULL"),
    )
    op.create_table(
        "access_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("access_id", Id(), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_access_seal"),
        sa.UniqueConstraint("access_id", name="uq_access_seal_access_id"),
    )
    op.create_table(
        "done_once",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", _JSON, nullable=False),
        sa.Column("done_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_done_once"),
    )
    op.create_index("ix_done_once_done_at", "done_once", ["done_at"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("fact_id", Id(), nullable=False),
        sa.Column("heard_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("handler", "fact_id", name="pk_inbox"),
    )
    op.create_table(
        "instance_mark",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_instance_mark"),
        sa.UniqueConstraint("mark", name="uq_instance_mark_mark"),
    )
    op.create_table(
        "job",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", _JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_due", "job", ["state", "due_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("routing_key", sa.String(length=80), nullable=False),
        sa.Column("envelope", _JSON, nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("unheard", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_routing_key", "outbox", ["routing_key", "recorded_at"], unique=False)
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["recorded_at"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
        sqlite_where=sa.text("published_at IS NULL"),
    )


def _copies() -> None:
    op.create_table(
        "facility",
        sa.Column("facility_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("hours", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("facility_id", name="pk_facility"),
    )
    op.create_index(
        "ix_facility_desks",
        "facility",
        ["municipality"],
        unique=False,
        postgresql_where=sa.text("kind = 'desk'"),
        sqlite_where=sa.text("kind = 'desk'"),
    )
    op.create_table(
        "office",
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("manager_id", Id(), nullable=True),
        sa.Column("members", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("office_id", name="pk_office"),
    )


def _persons_and_stays() -> None:
    op.create_table(
        "person",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("family_name", sa.String(length=40), nullable=False),
        sa.Column("given_name", sa.String(length=40), nullable=False),
        sa.Column("family_kana", sa.String(length=40), nullable=False),
        sa.Column("given_kana", sa.String(length=40), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("care_level", sa.String(length=20), nullable=False),
        sa.Column("care_level_until", sa.Date(), nullable=True),
        sa.Column("entered_by", Id(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=60), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_person"),
    )
    op.create_table(
        "consent",
        sa.Column("consent_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("scope", _JSON, nullable=False),
        sa.Column("covers_note", sa.Boolean(), nullable=False),
        sa.Column("covers_stay", sa.Boolean(), nullable=False),
        sa.Column("given_by", sa.String(length=10), nullable=False),
        sa.Column("explained_by", sa.String(length=60), nullable=False),
        sa.Column("explained_at_office_id", Id(), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_consent_person_id_person"),
        sa.PrimaryKeyConstraint("consent_id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"], unique=False)
    op.create_table(
        "stay",
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("hospital_id", Id(), nullable=False),
        sa.Column("hospital_name", sa.String(length=200), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("admitted_at", Moment(), nullable=False),
        sa.Column("planned_at", Moment(), nullable=True),
        sa.Column("destination", sa.String(length=20), nullable=True),
        sa.Column("discharged_at", Moment(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("ward", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=400), nullable=False),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=60), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_stay_person_id_person"),
        sa.PrimaryKeyConstraint("stay_id", name="pk_stay"),
    )
    op.create_index("ix_stay_hospital_id", "stay", ["hospital_id"], unique=False)
    op.create_index("ix_stay_person_id", "stay", ["person_id"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("member_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("until_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_team_member_person_id_person"),
        sa.PrimaryKeyConstraint("member_id", name="pk_team_member"),
    )
    op.create_index(
        "ix_team_member_office_id",
        "team_member",
        ["office_id"],
        unique=False,
        postgresql_where=sa.text("until_at IS NULL"),
        sqlite_where=sa.text("until_at IS NULL"),
    )
    op.create_index(
        "ix_team_member_person_id",
        "team_member",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("until_at IS NULL"),
        sqlite_where=sa.text("until_at IS NULL"),
    )
    op.create_index(
        "uq_team_member_one_care_manager",
        "team_member",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("until_at IS NULL AND role = 'care_manager'"),
        sqlite_where=sa.text("until_at IS NULL AND role = 'care_manager'"),
    )
    op.create_table(
        "stay_version",
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=60), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.stay_id"], name="fk_stay_version_stay_id_stay"),
        sa.PrimaryKeyConstraint("stay_id", "revision", name="pk_stay_version"),
    )


def _notes() -> None:
    op.create_table(
        "note",
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", Id(), nullable=True),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("written_by", Id(), nullable=False),
        sa.Column("written_by_name", sa.String(length=60), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.stay_id"], name="fk_note_stay_id_stay"),
        sa.ForeignKeyConstraint(["supersedes_id"], ["note.note_id"], name="fk_note_supersedes_id_note"),
        sa.PrimaryKeyConstraint("note_id", name="pk_note"),
        sa.UniqueConstraint("stay_id", "version", name="uq_note_stay_id_version"),
    )
    op.create_table(
        "note_draft",
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("sources", _JSON, nullable=False),
        sa.Column("saved_by", Id(), nullable=False),
        sa.Column("saved_by_name", sa.String(length=60), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.stay_id"], name="fk_note_draft_stay_id_stay"),
        sa.PrimaryKeyConstraint("stay_id", name="pk_note_draft"),
    )


def _handoffs() -> None:
    op.create_table(
        "handoff",
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("stay_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("municipality", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("from_office_id", Id(), nullable=False),
        sa.Column("from_office_name", sa.String(length=200), nullable=False),
        sa.Column("from_account_id", Id(), nullable=False),
        sa.Column("from_name", sa.String(length=60), nullable=False),
        sa.Column("to_office_id", Id(), nullable=True),
        sa.Column("to_account_id", Id(), nullable=True),
        sa.Column("desk_id", Id(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("delivered_at", Moment(), nullable=True),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("acknowledged_by", Id(), nullable=True),
        sa.Column("acknowledged_by_name", sa.String(length=60), nullable=True),
        sa.Column("acknowledged_office_id", Id(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("declined_at", Moment(), nullable=True),
        sa.Column("decline_reason", sa.String(length=20), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("superseded_by_id", Id(), nullable=True),
        sa.Column("changed", _JSON, nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("rungs", _JSON, nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("hours_are_provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.note_id"], name="fk_handoff_note_id_note"),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name="fk_handoff_person_id_person"),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.stay_id"], name="fk_handoff_stay_id_stay"),
        sa.PrimaryKeyConstraint("handoff_id", name="pk_handoff"),
        sa.UniqueConstraint("code", name="uq_handoff_code"),
    )
    op.create_index("ix_handoff_desk_id_sent_at", "handoff", ["desk_id", "sent_at"], unique=False)
    op.create_index(
        "ix_handoff_from_office_id_sent_at", "handoff", ["from_office_id", "sent_at"], unique=False
    )
    op.create_index("ix_handoff_person_id", "handoff", ["person_id"], unique=False)
    op.create_index("ix_handoff_stay_id", "handoff", ["stay_id"], unique=False)
    op.create_index("ix_handoff_to_office_id_sent_at", "handoff", ["to_office_id", "sent_at"], unique=False)
    op.create_table(
        "handoff_event",
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=True),
        sa.Column("office_id", Id(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.handoff_id"], name="fk_handoff_event_handoff_id_handoff"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_handoff_event"),
    )
    op.create_index("ix_handoff_event_handoff_id", "handoff_event", ["handoff_id"], unique=False)
    op.create_table(
        "handoff_holder",
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("holder", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.handoff_id"], name="fk_handoff_holder_handoff_id_handoff"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "holder", name="pk_handoff_holder"),
    )
    op.create_index(
        "ix_handoff_holder_office_id", "handoff_holder", ["office_id", "account_id"], unique=False
    )
    op.create_table(
        "handoff_reader",
        sa.Column("handoff_id", Id(), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("office_id", Id(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("first_read_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.handoff_id"], name="fk_handoff_reader_handoff_id_handoff"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "account_id", name="pk_handoff_reader"),
    )


def downgrade() -> None:
    # In the order in which nothing refers any more to what is dropped.
    for table in (
        *("handoff_reader", "handoff_holder", "handoff_event", "handoff", "note", "note_draft"),
        *("stay_version", "stay", "team_member", "consent", "person", "office", "facility"),
        *("outbox", "inbox", "done_once", "access_seal", "access_log", "job", "instance_mark"),
    ):
        op.drop_table(table)
