"""The register of columns that hold personal data. A test compares it with the tables."""

# notify holds nobody's name or number; where a browser is reached is encrypted.
PERSONAL: dict[str, tuple[str, ...]] = {"device": ("closed", "endpoint_hash", "browser", "system")}

# Tables that tell about people only by the ids of accounts and handoffs. `office.staffing` is an
# office's list of account ids with roles and absences, `office.rota` who is on duty when.
BY_ID_ONLY = (
    "alert",
    "reader",
    "inbox_item",
    "taking",
    "delivery",
    "office",
    "rule_version",
    "webhook",
    "webhook_event",
    "webhook_delivery",
    "unreached",
    "phone_call",
    "link",
    "receipt",
    "fax_sheet",
    "channel_test",
    "channel_rank",
    "wish",
    "duty_swap",
    "daily_turn",
    "daily_letter",
    "desk_list",
    "burst",
    "milestone",
)

# Tables without anything about a person.
IMPERSONAL = ("delivery_log", "push_key")
