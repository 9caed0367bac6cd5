"""`bus.sock`: by it other processes of the same account reach the broker while it runs."""

import logging
import socket
from pathlib import Path

import eventlet

from chassis.embedded import wiring
from chassis.embedded.broker import Broker
from chassis.embedded.session import Session
from chassis.socket_names import address

logger = logging.getLogger(__name__)


def listen(folder: Path, broker: Broker) -> None:
    """Serve the folder's socket for as long as the process lives. Only its own account may connect."""
    path = folder / "bus.sock"
    path.unlink(missing_ok=True)
    listener = eventlet.listen(address(path), family=socket.AF_UNIX, backlog=64)
    path.chmod(0o600)
    eventlet.spawn(_welcome, listener, broker)


def _welcome(listener: socket.socket, broker: Broker) -> None:
    while True:
        try:
            visitor, _ = listener.accept()
        except OSError as error:
            logger.warning("door_failed", extra={"reason": type(error).__name__})
            eventlet.sleep(1)
        else:
            eventlet.spawn(_serve, visitor, broker)


def _serve(visitor: socket.socket, broker: Broker) -> None:
    """Do what the visitor asks until it leaves; then what it had taken and not settled is put back."""
    session = Session(broker)
    try:
        with visitor, visitor.makefile("rb") as lines:
            for line in lines:
                visitor.sendall(_do(session, line))
    except OSError as error:
        logger.info("visitor_lost", extra={"reason": type(error).__name__})
    finally:
        session.close()


def _do(session: Session, line: bytes) -> bytes:
    try:
        method, arguments, named = wiring.asked(line)
        return wiring.answer(getattr(session, method)(*arguments, **named))
    except Exception as error:
        return wiring.refusal(error)
