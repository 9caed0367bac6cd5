"""A small client of the JSON API; docs/api.md shows its use.

It comes in by an API key or signs in as a person, keeps the CSRF token where one is needed, gives every write
an idempotency key, and hears the live stream. `get`, `post`, `put` and `delete` reach every address of the
API; what systems need most has a method of its own.
"""

import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT_S = 15.0


class Refused(Exception):
    """The API said no: `status` and the problem+json that tells why."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('reason', '')} {problem.get('fields', '')}".strip())
        self.status = status
        self.problem = problem


class Client:
    """One signed-in person, or one key. Not for use by two threads at once, except for `listen`."""

    def __init__(self, address: str, verify: bool | str = True, *, key: str = "") -> None:
        """Reach the Tsunagi at `address`; with `key` by an API key, else `sign_in` comes next.

        `verify` is the file of an authority to trust, where that is none of the machine's.
        """
        self.address = address.rstrip("/")
        self._http = requests.Session()
        # Everything is on this machine or in this network: proxies of the environment do not apply.
        self._http.trust_env = False
        self._http.verify = verify
        self._key = key
        self._csrf = ""
        self._login: tuple[str, str] | None = None
        # A stream's thread may sign in again while a request is under way.
        self._lock = threading.RLock()
        self.session: dict[str, Any] = {}

    def visit(self) -> "Client":
        """Come in as a visitor: writes need the token that every session has, a visitor's too."""
        with self._lock:
            self._csrf = self._send("GET", "/api/session")["csrf_token"]
        return self

    def sign_in(self, login: str, password: str) -> "Client":
        """Sign in; a session that has idled out later is renewed by itself."""
        with self._lock:
            self._login = (login, password)
            self.visit()
            self.session = self._send("POST", "/api/sign-in", {"login": login, "password": password})
            self._csrf = self.session["csrf_token"]
        return self

    def answer_second_factor(self, code: str) -> "Client":
        """Complete a sign-in that was refused with `second_factor_due`."""
        with self._lock:
            self.session = self._send("POST", "/api/sign-in/code", {"code": code})
            self._csrf = self.session["csrf_token"]
        return self

    def sign_in_again(self) -> None:
        """Renew a session that has ended, for example because the clock was moved."""
        if self._login is not None:
            self.sign_in(*self._login)

    @property
    def account_id(self) -> str:
        """The id of the person who is signed in."""
        return str(self.session["account_id"])

    @property
    def cookies(self) -> str:
        """What a browser would send as its cookies."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._http.cookies)

    @property
    def csrf(self) -> str:
        """The token that every write has to carry."""
        return self._csrf

    # What systems need most ---------------------------------------------------------------------

    def board(self, which: str = "received", **how: Any) -> dict[str, Any]:
        """Return a board, "received" or "sent": its `handoffs` and, of what is sent, `stays`."""
        return dict(self.get("/api/handoffs", board=which, **how))

    def inbox(self, whose: str = "me", after_seq: int | None = None) -> dict[str, Any]:
        """Return the alerts for me or for the office; `after_seq` = only later ones, oldest first."""
        more = {} if after_seq is None else {"after_seq": after_seq}
        return dict(self.get("/api/inbox", whose=whose, **more))

    def handoff(self, handoff_id: str) -> dict[str, Any]:
        """Return a handoff with its note, history and ladder. This is a reading and is logged."""
        return dict(self.get(f"/api/handoffs/{handoff_id}"))

    def draft(self, stay_id: str) -> dict[str, Any]:
        """Return the draft of a stay's note, prefilled when it is new, with what is missing."""
        return dict(self.get(f"/api/stays/{stay_id}/note"))

    def write_note(self, stay_id: str, content: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Send a discharge note; returns the handoff. From then on it cannot get lost."""
        return dict(self.post("/api/handoffs", {"stay_id": stay_id, "content": content}, key))

    def answer(
        self, handoff_id: str, answer: str = "acknowledgement", key: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Answer a handoff: "acknowledgement", "acceptance", "refusal" (with `reason`) or "completion"."""
        return dict(self.post(f"/api/handoffs/{handoff_id}/{answer}", more, key))

    # Any address --------------------------------------------------------------------------------

    def get(self, path: str, **arguments: Any) -> Any:
        """Return the answer to a question."""
        return self._send_signed_in("GET", path, None, arguments)

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Write, once per `key`."""
        return self._send_signed_in("POST", path, body or {}, None, key or uuid.uuid4().hex)

    def put(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        """Write, once per `key`."""
        return self._send_signed_in("PUT", path, body, None, key or uuid.uuid4().hex)

    def patch(self, path: str, body: dict[str, Any], key: str | None = None) -> Any:
        """Write, once per `key`."""
        return self._send_signed_in("PATCH", path, body, None, key or uuid.uuid4().hex)

    def delete(self, path: str, key: str | None = None) -> Any:
        """Take something back, once per `key`."""
        return self._send_signed_in("DELETE", path, {}, None, key or uuid.uuid4().hex)

    def _send_signed_in(self, method: str, path: str, *rest: Any) -> Any:
        with self._lock:
            try:
                return self._send(method, path, *rest)
            except Refused as refusal:
                if refusal.status != 401 or self._login is None:
                    raise
                self.sign_in_again()
                return self._send(method, path, *rest)

    def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        arguments: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Any:
        headers = self._as_whom()
        if key:
            headers["Idempotency-Key"] = key
        answer = self._http.request(
            method, self.address + path, json=body, params=arguments, headers=headers, timeout=TIMEOUT_S
        )
        found = answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else {}
        if not answer.ok:
            raise Refused(answer.status_code, found)
        return found

    def _as_whom(self) -> dict[str, str]:
        """Return the headers that say for whom a request is."""
        if self._key:
            return {"Authorization": f"Bearer {self._key}"}
        return {"X-CSRF-Token": self._csrf, "Referer": f"{self.address}/"}

    def listen(self, after_seq: int | None = None) -> "Stream":
        """Open the live stream in a thread of its own; it connects again by itself."""
        return Stream(self, after_seq)

    def open_stream(self, last_id: str) -> requests.Response:
        """Return the open answer of one stream connection."""
        headers = self._as_whom() | ({"Last-Event-ID": last_id} if last_id else {})
        answer = self._http.get(
            f"{self.address}/api/stream", headers=headers, stream=True, timeout=(TIMEOUT_S, 60)
        )
        if not answer.ok:
            answer.close()
            raise Refused(answer.status_code, {})
        return answer


@dataclass(frozen=True)
class Event:
    """One event of the stream; `at` is the monotonic second in which it was read."""

    kind: str
    data: dict[str, Any]
    at: float = field(default_factory=time.monotonic)


class Stream:
    """What a person's open page hears."""

    def __init__(self, client: Client, after_seq: int | None) -> None:
        self._client = client
        self._last_id = "" if after_seq is None else str(after_seq)
        self._leaving = threading.Event()
        self._open = threading.Event()
        self._answer: requests.Response | None = None
        self.events: queue.Queue[Event] = queue.Queue()
        self.heard: list[Event] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        if not self._open.wait(TIMEOUT_S):
            raise TimeoutError("the stream did not open")

    def wait_for(self, kind: str, within_s: float, **wanted: Any) -> Event | None:
        """Return the next event of `kind` whose data hold `wanted`, or None when none came in time."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                event = self.events.get(timeout=left)
            except queue.Empty:
                return None
            if event.kind == kind and wanted.items() <= event.data.items():
                return event
        return None

    def close(self) -> None:
        """Stop listening."""
        self._leaving.set()
        if self._answer is not None:
            hang_up(self._answer)

    def _run(self) -> None:
        while not self._leaving.is_set():
            try:
                self._connect()
            except (requests.RequestException, Refused, OSError, AttributeError):
                # AttributeError: urllib3 raises it when `close` takes the connection away meanwhile.
                self._leaving.wait(0.3)

    def _connect(self) -> None:
        """Read one connection to its end; after the session's end sign in again first."""
        try:
            self._answer = self._client.open_stream(self._last_id)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            self._client.sign_in_again()
            self._answer = self._client.open_stream(self._last_id)
        for event in self._read(self._answer):
            self.heard.append(event)
            self.events.put(event)

    def _read(self, answer: requests.Response) -> Iterator[Event]:
        kind, data = "message", ""
        for raw in answer.iter_lines(chunk_size=1):
            line = raw.decode()
            self._open.set()
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id" and value:
                self._last_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data += value
            elif not line and data:
                yield Event(kind, json.loads(data))
                kind, data = "message", ""


def hang_up(answer: requests.Response) -> None:
    """Close an answer that another thread is reading.

    `close` alone would wait until the reader is through, which is at the next sign of life.
    """
    # One that has ended by itself has nothing to shut.
    with suppress(ValueError, RuntimeError, OSError):
        answer.raw.shutdown()
    answer.close()
