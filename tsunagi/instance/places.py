"""Where in an instance's folder everything lies.

instance.json   ports and passwords (0600)      keys/<process>/   what each process signs with
clock           how far the clock is moved      logs/  pids/      one file per process
running         who holds the folder            admin/            the socket for commands
postgres/  rabbitmq/                            data of the private servers (node)
bus/  databases/                                files of bus and services (embedded)
"""

from pathlib import Path


def fixed(folder: Path) -> Path:
    """Return the file with what is fixed."""
    return folder / "instance.json"


def holder(folder: Path) -> Path:
    """Return the file that is locked by whoever runs the instance, or works on it while it rests."""
    return folder / "running"


def preparing(folder: Path) -> Path:
    """Return the file that is held while an embedded instance is prepared."""
    return folder / "preparing"


def clock(folder: Path) -> Path:
    """Return the file that says how far a demonstration's clock is moved."""
    return folder / "clock"


def logs(folder: Path) -> Path:
    """Return the folder of the logs."""
    return folder / "logs"


def pid(folder: Path, process: str) -> Path:
    """Return the file that says which process of the machine one of the instance is."""
    return folder / "pids" / process


def keys(folder: Path) -> Path:
    """Return the folder that has one folder of keys for each process."""
    return folder / "keys"


def admin_socket(folder: Path) -> Path:
    """Return the socket for commands, in a folder that only the instance's account may enter."""
    return folder.resolve() / "admin" / "admin.sock"


def bus(folder: Path) -> Path:
    """Return the folder of an embedded instance's bus."""
    return folder / "bus"


def databases(folder: Path) -> Path:
    """Return the folder of an embedded instance's databases."""
    return folder / "databases"


def database(folder: Path, service: str) -> Path:
    """Return the file of a service's database."""
    return databases(folder) / f"{service}.db"
