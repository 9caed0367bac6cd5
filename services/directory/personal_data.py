"""The register of columns that hold personal data. A test compares it with the tables."""

# Staff whom an office names as its contacts, and who set its hours.
PERSONAL = {
    "contact": ("label", "person_name", "phone", "fax", "email"),
    "office_hours": ("set_by", "set_by_name"),
}

# Tables without anything about a person: what authorities publish about offices. A cell that an import
# refused (import_refusal) comes from the same public lists.
IMPERSONAL = (
    "facility",
    "facility_service",
    "import_change",
    "import_refusal",
    "import_run",
    "source",
)
