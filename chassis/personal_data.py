"""The register of columns that hold personal data in the tables that every service has. A test compares it.

Kept for: `done_once` a day; `access_log` and the outbox (the journal) as the rules of retention say.
"""

# Who acted in which session on whom; of an answer only its sealed form (`chassis.sealed`).
PERSONAL = {
    "done_once": ("caller", "answer"),
    "access_log": ("account_id", "session", "ids", "person_ids"),
}

# Tables that tell about people only by ids: facts carry no person's data, jobs name files and rows.
BY_ID_ONLY = ("outbox", "inbox", "job")

# Tables without anything about a person.
IMPERSONAL = ("access_seal", "instance_mark")
