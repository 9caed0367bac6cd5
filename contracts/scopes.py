"""What an API key may be allowed to do. A route of the API names the one scope it needs, or takes no key."""

PERSONS_READ = "persons:read"
PERSONS_WRITE = "persons:write"
STAYS_WRITE = "stays:write"
NOTES_WRITE = "notes:write"
HANDOFFS_READ = "handoffs:read"
HANDOFFS_ANSWER = "handoffs:answer"
INBOX_READ = "inbox:read"
CONFERENCES_READ = "conferences:read"
STAFF_READ = "staff:read"
DIRECTORY_READ = "directory:read"
DIRECTORY_WRITE = "directory:write"

SCOPES = (
    INBOX_READ,
    HANDOFFS_READ,
    HANDOFFS_ANSWER,
    NOTES_WRITE,
    STAYS_WRITE,
    PERSONS_READ,
    PERSONS_WRITE,
    CONFERENCES_READ,
    STAFF_READ,
    DIRECTORY_READ,
    DIRECTORY_WRITE,
)
