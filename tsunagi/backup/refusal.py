"""What a backup or a restore says when it cannot be done."""


class BackupRefused(Exception):
    """Nothing was made or changed, or what was begun can be repeated; the message says why and what to do."""


def damaged(reason: str) -> BackupRefused:
    """Return the refusal of a file that is not what was once written."""
    return BackupRefused(f"the backup is damaged ({reason}); nothing was restored: take another copy of it")


def not_empty(services: str) -> BackupRefused:
    """Return the refusal of an instance that is in use."""
    return BackupRefused(
        f"the database of {services} holds data; a backup is restored into an empty instance only"
    )
