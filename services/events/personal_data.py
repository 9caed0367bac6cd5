"""The register of columns that hold personal data. A test compares it with the tables."""

# A conference is known by its stay's id; names come from sharing when a board is read.
PERSONAL: dict[str, tuple[str, ...]] = {}

# Tables that tell about people only by the ids of their stays.
BY_ID_ONLY = ("conference",)

# Tables without anything about a person.
IMPERSONAL: tuple[str, ...] = ()
