"""The register of columns that hold personal data. A test compares it with the tables."""

# What somebody is called, how they are reached, how they are recognised.
PERSONAL = {
    "account": ("login", "name", "kana", "email", "password_hash", "last_signed_in_at"),
    "session": ("session", "user_agent", "started_at", "last_used_at"),
    "absence": ("from_at", "until_at"),
    "invitation": ("code_hash",),
    "sign_in_step": ("step", "user_agent"),
    "second_factor": ("secret",),
    "second_factor_move": ("secret",),
    "recovery_code": ("code_hash",),
    "api_key": ("key_hash", "begins", "name", "last_used_at"),
    "sign_in_attempt": ("login_hash",),
    "sign_in_place": ("place",),
    "sign_in_known": ("login_hash", "place"),
}

# Tables of this service that tell about people only by the ids of their accounts.
BY_ID_ONLY = ("membership", "staffing", "deputy", "invitation_mail", "notice")

# Tables without anything about a person.
IMPERSONAL = ("office",)
