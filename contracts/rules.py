"""What others may know of notify's rules: what → who → how urgent, as a desk changes it."""

from marshmallow import Schema, fields, validate

from contracts.fields import Id, Moment

# A kind of fact and its urgency.
RULES = ("discharge_noted.urgent", "discharge_noted.today")

DESK = "desk"
# Who is on duty at the receiving office when the rung is asked.
ON_DUTY = "on_duty"
# The one whom the note names, the one who covers, the one on duty, the manager, all at that office who may
# answer, the desk.
TARGETS = ("care_manager", "deputy", ON_DUTY, "office_manager", "office", DESK)

# Minutes of opening time, or minutes as the clock goes.
OFFICE, CLOCK = "office", "clock"
UNITS = (OFFICE, CLOCK)

MOST_REPEATS = 5
LONGEST_WAIT = 1440  # minutes
# How many minutes all rungs before the desk may take together: 急ぎ is half a working day, 今日中 a day.
DEADLINES = {"discharge_noted.urgent": 240, "discharge_noted.today": 1440}

# What ends a ladder, whatever its rungs. Not to be changed: else somebody would be asked who has answered.
CANCELLED_BY = ("acknowledged", "accepted", "declined", "recalled", "superseded")

_MINUTES = validate.Range(1, LONGEST_WAIT)


class RuleRung(Schema):
    """One rung. `repeats` says how often the same people are reminded, after a `wait` each."""

    target = fields.String(required=True, validate=validate.OneOf(TARGETS))
    wait = fields.Integer(required=True, strict=True, validate=_MINUTES)  # minutes
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))
    repeats = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0))


class RuleContent(Schema):
    """The rungs in order; at the last one, the desk's, a reminder comes every `remind_desk` minutes."""

    rungs = fields.List(fields.Nested(RuleRung), required=True, validate=validate.Length(max=8))
    remind_desk = fields.Integer(required=True, strict=True, validate=_MINUTES)


class RuleVersion(RuleContent):
    """A rule as it was from `valid_from` on. Version 0 is the shipped one, which nobody has changed."""

    version = fields.Integer()
    is_shipped = fields.Boolean()
    valid_from = Moment(allow_none=True)
    changed_by = Id(allow_none=True)
    changed_at = Moment(allow_none=True)


class Rule(RuleVersion):
    """The newest version, from which a change starts; `holds` is the number of the one in force now."""

    rule = fields.String()
    holds = fields.Integer()
    cancelled_by = fields.List(fields.String())


class RulesFound(Schema):
    """`list_rules`: one for each kind of fact and urgency."""

    rules = fields.List(fields.Nested(Rule))


class RuleFound(Schema):
    """A rule, its versions newest first, and the shipped one to compare with."""

    rule = fields.Nested(Rule)
    history = fields.List(fields.Nested(RuleVersion))
    shipped = fields.Nested(RuleContent)


# Questions -----------------------------------------------------------------------------------


class ListRules(Schema):
    """`list_rules` → RulesFound: the rules of the caller's desk."""


class GetRule(Schema):
    """`get_rule` → RuleFound."""

    rule = fields.String(required=True, validate=validate.OneOf(RULES))


class ChangeRule(RuleContent):
    """`change_rule` → RuleFound. Counts for notes from `valid_from` on, at once when none is given.

    `version` is the newest that the change starts from; Conflict `rule_changed` when there is a newer one.
    A later change takes the place of one that is not in force yet.
    """

    rule = fields.String(required=True, validate=validate.OneOf(RULES))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    valid_from = Moment(load_default=None, allow_none=True)


class RestoreRule(Schema):
    """`restore_rule` → RuleFound: from now on the shipped rule holds again."""

    rule = fields.String(required=True, validate=validate.OneOf(RULES))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class SimulateRule(Schema):
    """`simulate_rule` → TimeLine of a note that arrives `at`, by the rule in force then or the one given.

    Without `office_id` for an office with all its people, open on weekdays 9:00–17:00; of an office the first
    of its care managers stands for the one whom the note names.
    """

    rule = fields.String(required=True, validate=validate.OneOf(RULES))
    at = Moment(required=True)
    office_id = Id(load_default=None, allow_none=True)
    content = fields.Nested(RuleContent, load_default=None, allow_none=True)


class GetOrders(Schema):
    """`get_orders` → {"orders": {rule: [target, …]}}: whom a note with this desk asks. Any staff."""

    desk_id = Id(load_default=None, allow_none=True)


class Opening(Schema):
    """One span in which an office works."""

    opens_at = Moment()
    closes_at = Moment()


class Day(Schema):
    """A day between arrival and end: when the office and the desk work, and why not (a code)."""

    day = fields.Date()
    office = fields.List(fields.Nested(Opening))
    office_closed = fields.String(allow_none=True)  # holiday | closed_day | weekday
    desk = fields.List(fields.Nested(Opening))
    desk_closed = fields.String(allow_none=True)


class Step(Schema):
    """What happens when: asked | reminded | skipped | overdue | desk_reminded. `skipped` is a code."""

    at = Moment()
    what = fields.String()
    number = fields.Integer()
    role = fields.String()
    skipped = fields.String(allow_none=True)
    until = Moment(allow_none=True)


class TimeLine(Schema):
    """What the ladder of a note that arrives `at` does when nobody answers, to the desk's first reminder."""

    rule = fields.String()
    version = fields.Integer(allow_none=True)  # none for a rule that is not kept
    at = Moment()
    office_id = Id(allow_none=True)
    steps = fields.List(fields.Nested(Step))
    days = fields.List(fields.Nested(Day))
