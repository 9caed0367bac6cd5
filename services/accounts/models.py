"""The tables of accounts."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from chassis.columns import Id, Json, Moment
from chassis.tables import service_metadata

metadata = service_metadata()

account = Table(
    "account",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("kana", String(60), nullable=False),
    Column("email", String(254)),
    Column("password_hash", String(200)),  # none until the invitation is answered
    Column("must_change_password", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_signed_in_at", Moment),
    # The role in which somebody acted last is the one they sign in with next.
    Column("last_membership_id", Id),
    # Somebody else ended the second factor, and the person has not been told yet.
    Column("second_factor_reset_at", Moment),
    Column("language", String(2)),  # in which they are written to; none: they have chosen none
    # When the address was put right, and when it was found that no letter arrives there.
    Column("email_changed_at", Moment),
    Column("email_doubted_at", Moment),
)

membership = Table(
    "membership",
    metadata,
    Column("membership_id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.account_id"), nullable=False),
    Column("office_id", Id, nullable=False, index=True),
    Column("municipality", String(6), nullable=False),
    Column("role", String(30), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("suspended_at", Moment),
    UniqueConstraint("account_id", "office_id", "role"),
)

# One row an office: locked by every change of its staff, so that revisions follow each other.
staffing = Table(
    "staffing",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("municipality", String(6), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("manager_membership_id", Id, ForeignKey("membership.membership_id")),
)

deputy = Table(
    "deputy",
    metadata,
    Column("membership_id", Id, ForeignKey("membership.membership_id"), primary_key=True),
    Column("deputy_id", Id, ForeignKey("account.account_id"), nullable=False),
    Column("named_by", Id),
    Column("named_at", Moment, nullable=False),
)

absence = Table(
    "absence",
    metadata,
    Column("absence_id", Id, primary_key=True),
    Column("membership_id", Id, ForeignKey("membership.membership_id"), nullable=False, index=True),
    Column("from_at", Moment, nullable=False),
    Column("until_at", Moment, nullable=False),
    Column("set_by", Id, nullable=False),
    Column("cleared_at", Moment),
)

session = Table(
    "session",
    metadata,
    Column("session", String(64), primary_key=True),  # SHA-256 of the token; the token is nowhere
    Column("account_id", Id, ForeignKey("account.account_id"), nullable=False, index=True),
    Column("membership_id", Id, ForeignKey("membership.membership_id"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False, index=True),
    Column("user_agent", String(200), nullable=False),
)

# The right password was given, the second factor is still due. Sessions are elsewhere, so this opens none.
sign_in_step = Table(
    "sign_in_step",
    metadata,
    Column("step", String(64), primary_key=True),  # SHA-256 of the token
    Column("account_id", Id, ForeignKey("account.account_id"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False, index=True),
    Column("user_agent", String(200), nullable=False),
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("account_id", Id, ForeignKey("account.account_id"), primary_key=True),
    Column("secret", String(300), nullable=False),  # encrypted, see chassis.key_ring
    Column("closed_with", String(16), nullable=False, index=True),  # the name of the ring that encrypted it
    Column("begun_at", Moment, nullable=False),
    Column("confirmed_at", Moment),  # none: it does not count yet
    Column("last_step", BigInteger, nullable=False),  # the last code's 30 seconds; no earlier one opens
    # The recovery codes came out of a backup: which were used since then nobody knows.
    Column("codes_restored_at", Moment),
)

# A secret for another phone, which takes the other's place once a code of it was right.
second_factor_move = Table(
    "second_factor_move",
    metadata,
    Column("account_id", Id, ForeignKey("account.account_id"), primary_key=True),
    Column("secret", String(300), nullable=False),  # encrypted likewise
    Column("begun_at", Moment, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account_id", Id, ForeignKey("account.account_id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
    Column("used_at", Moment),
)

invitation = Table(
    "invitation",
    metadata,
    Column("invitation_id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.account_id"), nullable=False, index=True),
    Column("office_id", Id, nullable=False),
    Column("code_hash", String(64), unique=True),  # none until a mail with it goes out
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

invitation_mail = Table(
    "invitation_mail",
    metadata,
    Column("mail_id", Id, primary_key=True),
    Column(
        "invitation_id",
        Id,
        ForeignKey("invitation.invitation_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("due_at", Moment),  # none when it was sent or given up
    Column("tries", Integer, nullable=False),
    Column("sent_at", Moment),
    Column("reason", String(40)),  # why the last try failed, a code
)
Index(
    "ix_invitation_mail_due",
    invitation_mail.c.due_at,
    postgresql_where=invitation_mail.c.due_at.is_not(None),
    sqlite_where=invitation_mail.c.due_at.is_not(None),
)

# A mail that tells somebody of a change of how they sign in, until it went out.
notice = Table(
    "notice",
    metadata,
    Column("notice_id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("account.account_id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)

# Keyed by the SHA-256 of what was typed as login: people type their password there by mistake.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("login_hash", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

# One row a place (an address under a keyed name) that wrong tries came from: so long it is slowed down.
sign_in_place = Table(
    "sign_in_place",
    metadata,
    Column("place", String(64), primary_key=True),
    Column("busy_until", Moment, nullable=False, index=True),
)

# Who has signed in from where: somebody else's guessing at the same place does not slow them down.
sign_in_known = Table(
    "sign_in_known",
    metadata,
    Column("login_hash", String(64), primary_key=True),
    Column("place", String(64), primary_key=True),
    Column("last_at", Moment, nullable=False, index=True),
)

# By which an office's own system acts as one membership. The key itself is nowhere.
api_key = Table(
    "api_key",
    metadata,
    Column("key_id", Id, primary_key=True),
    # SHA-256 is enough: a key is 256 random bits, which nobody guesses however fast the hash is.
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("begins", String(12), nullable=False),
    Column("membership_id", Id, ForeignKey("membership.membership_id"), nullable=False, index=True),
    Column("office_id", Id, nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("made_by", Id, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("agreed_at", Moment),  # none until the person in whose name it acts has agreed
    Column("expires_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("withdrawn_by", Id),
    Column("withdrawn_at", Moment),
)

# A copy, kept by directory.facility_changed.
office = Table(
    "office",
    metadata,
    Column("office_id", Id, primary_key=True),
    Column("municipality", String(6), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("name", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
)
