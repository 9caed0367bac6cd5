"""Which of the directory's columns hold personal data; a test compares this with the models."""

# Names and addresses of staff whom an office gives as its contacts; who set hours, by name.
PERSONAL_DATA = {
    "contact": ("person_name", "phone", "fax", "email"),
    "office_hours": ("set_by", "set_by_name"),
}

# Contacts and names of offices, published by authorities as business data.
PUBLIC_BUSINESS_DATA = {
    "facility": ("name", "phone", "fax", "url", "address"),
    "facility_service": ("name", "phone", "fax", "url", "address", "details", "original"),
}
