"""The register of columns that hold personal data. A test compares it with the tables."""

# Names, health, wishes, whereabouts; names of staff as they were when they acted.
PERSONAL = {
    "person": (
        "family_name",
        "given_name",
        "family_kana",
        "given_kana",
        "birth_date",
        "sex",
        "address",
        "phone",
        "care_level",
        "care_level_until",
        "entered_by_name",
    ),
    "consent": ("given_by", "explained_by", "valid_from", "valid_until", "withdrawn_at"),
    "stay": (
        "hospital_name",
        "admitted_at",
        "planned_at",
        "destination",
        "discharged_at",
        "ward",
        "room",
        "cause",
        "changed_by_name",
    ),
    "stay_version": ("content", "changed_by_name"),
    "note_draft": ("content", "sources", "saved_by_name"),
    "note": ("content", "written_by_name"),
    "handoff": ("from_name", "acknowledged_by_name", "decline_reason"),
    "handoff_event": ("actor_name", "words"),
    "handoff_reader": ("name", "first_read_at"),
}

# Tables of this service that tell about people only by ids.
BY_ID_ONLY = ("team_member", "handoff_holder", "office")

# Tables without anything about a person.
IMPERSONAL = ("facility",)
