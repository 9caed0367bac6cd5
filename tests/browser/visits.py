"""Every page there is, and a city in which each of them has something to show."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.people import a_note, a_stay
from tests.support.stack import Stack
from tsunagi.client import Client


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it; no `login` is a visitor."""

    name: str
    login: str
    path: str


@dataclass(frozen=True)
class City:
    """Ids of what was made for the visits."""

    sent: str
    taken: str
    declined: str
    draft: str
    ready: str
    person: str
    consent: str
    office: str
    member: str
    code: str
    webhook: str


def settle(planner: Client, care_manager: Client, office_manager: Client) -> City:
    """Write and answer notes, so that boards, inboxes and ladders are filled."""
    # In page order of the boards: what was sent last stands first.
    declined, taken, sent = (_sent(planner, care_manager, *name) for name in _NAMES)
    person = care_manager.get(f"/api/handoffs/{sent['handoff_id']}")["person"]["person_id"]
    care_manager.post(f"/api/handoffs/{taken['handoff_id']}/acknowledgement")
    refusal = {"reason": "full", "words": "12月から受けられます"}
    care_manager.post(f"/api/handoffs/{declined['handoff_id']}/refusal", refusal)
    draft, ready = (a_stay(planner, care_manager, family_name=name) for name in ("練習", "見本"))
    planner.put(f"/api/stays/{draft}/note", {"content": {"bathing": "shower", "meal": "normal"}})
    planner.put(f"/api/stays/{ready}/note", {"content": a_note(planner, ready)})
    staff = office_manager.get("/api/staff")["staff"]
    _put_on_duty(office_manager, care_manager.account_id)
    return City(
        sent=sent["handoff_id"],
        taken=taken["handoff_id"],
        declined=declined["handoff_id"],
        draft=draft,
        ready=ready,
        person=person,
        consent=planner.get(f"/api/persons/{person}")["consents"][0]["consent_id"],
        office=care_manager.session["acting"]["office_id"],
        member=next(one["membership_id"] for one in staff if one["role"] == "care_manager"),
        code=sent["code"],
        webhook=_webhook(office_manager),
    )


def _put_on_duty(office_manager: Client, account_id: str) -> None:
    """Give somebody the nights of Saturday, and the last night of the year; the other nights nobody has."""
    night = {"account_id": account_id, "begins": "17:30", "ends": "08:30"}
    known = office_manager.get("/api/rota")["weekly"]
    # Two files of tests fill the same city.
    if all(duty["weekday"] != "sat" for duty in known):
        office_manager.post("/api/rota/weekly", {"weekday": "sat", **night})
    office_manager.post("/api/rota/days", {"day": "2026-12-31", **night})


def _webhook(office_manager: Client) -> str:
    """Add a webhook to where nobody listens, with a message that did not arrive."""
    wanted = {"url": "http://127.0.0.1:9/webhook/of/the/record/system", "states": ["acknowledged"]}
    made: str = office_manager.post("/api/webhooks", wanted)["webhook"]["webhook_id"]
    office_manager.post(f"/api/webhooks/{made}/test", {})
    return made


_NAMES = (
    ("試験", "花子", "シケン", "ハナコ"),
    ("例示", "太郎", "レイジ", "タロウ"),
    ("架空", "千代", "カクウ", "チヨ"),
)


def _sent(planner: Client, care_manager: Client, *name: str) -> dict[str, Any]:
    keys = ("family_name", "given_name", "family_kana", "given_kana")
    stay_id = a_stay(planner, care_manager, **dict(zip(keys, name, strict=True)))
    handoff: dict[str, Any] = planner.post(
        "/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)}
    )
    return handoff


def all_visits(city: City, planner: Client) -> list[Visit]:
    """Return every page with somebody who may see it."""
    stays = planner.get(f"/api/persons/{city.person}")["stays"]
    stay = f"/persons/{city.person}/stays/{stays[0]['stay_id']}"
    rows = [
        ("sign-in", "", "/sign-in"),
        ("invitation", "", "/invitation/ABCD-EFGH"),
        ("search", "", "/search?text=架空"),
        ("search-empty", "", "/search"),
        ("facility", "", f"/facilities/{city.office}"),
        ("help", "", "/help"),
        ("accessibility", "", "/accessibility"),
        ("board", "tanaka", "/board"),
        ("board-empty", "tanaka", "/board?show=over"),
        ("choose-stay", "tanaka", "/notes"),
        ("persons", "tanaka", "/persons"),
        ("person-new", "tanaka", "/persons/new"),
        ("person", "tanaka", f"/persons/{city.person}"),
        ("consent", "tanaka", f"/persons/{city.person}/consent"),
        ("withdrawal", "tanaka", f"/persons/{city.person}/consents/{city.consent}/withdrawal"),
        ("care-manager", "tanaka", f"/persons/{city.person}/care-manager?text=さくら"),
        ("care-manager-who", "tanaka", f"/persons/{city.person}/care-manager?office_id={city.office}"),
        ("admission", "tanaka", f"/persons/{city.person}/admission"),
        ("stay", "tanaka", stay),
        ("cancellation", "tanaka", f"{stay}/cancellation"),
        ("note", "tanaka", f"/stays/{city.draft}/note"),
        ("note-check", "tanaka", f"/stays/{city.draft}/note?check=1"),
        ("note-confirm", "tanaka", f"/stays/{city.ready}/note/confirm"),
        ("handoff-sent", "tanaka", f"/handoffs/{city.sent}"),
        ("handoff-declined", "tanaka", f"/handoffs/{city.declined}"),
        ("recall", "tanaka", f"/handoffs/{city.sent}/recall"),
        ("news", "tanaka", "/news"),
        ("settings", "sato", "/settings"),
        ("wishes", "sato", "/settings/wishes"),
        ("second-factor", "sato", "/settings/second-factor"),
        ("menu", "sato", "/menu"),
        ("inbox", "sato", "/inbox"),
        ("inbox-office", "sato", "/inbox/office"),
        ("handoff", "sato", f"/handoffs/{city.sent}"),
        ("handoff-taken", "sato", f"/handoffs/{city.taken}"),
        ("print", "sato", f"/handoffs/{city.sent}/print"),
        ("staff", "takahashi", "/office"),
        ("staff-new", "takahashi", "/office/staff/new"),
        ("staff-member", "takahashi", f"/office/staff/{city.member}"),
        ("hours", "takahashi", "/office/hours"),
        ("rota", "takahashi", "/office/rota"),
        ("rota-own", "sato", "/office/rota"),
        ("systems", "takahashi", "/office/systems"),
        ("key-new", "takahashi", "/office/systems/keys/new"),
        ("webhook-new", "takahashi", "/office/systems/webhooks/new"),
        ("webhook", "takahashi", f"/office/systems/webhooks/{city.webhook}"),
        ("desk", "kobayashi", "/desk"),
        ("rules", "kobayashi", "/desk/rules"),
        ("rule", "kobayashi", f"/desk/rules/discharge_noted.urgent?office_id={city.office}"),
        ("texts", "kobayashi", "/texts"),
        ("texts-sheet", "kobayashi", "/texts/fax-sheet"),
        ("statistics", "kobayashi", "/statistics"),
        ("statistics-office", "takahashi", "/statistics"),
        ("statistics-refused", "kobayashi", "/statistics?first_day=2026-11-02&last_day=2026-11-01"),
        ("unreached", "kobayashi", "/unreached"),
        ("unanswered", "kobayashi", "/desk/unanswered"),
        ("fax-return", "kobayashi", "/fax-returns"),
        ("operator", "ishida", "/operator"),
        ("dead-letters", "ishida", "/operator/dead-letters"),
        ("replay", "ishida", "/operator/dead-letters/replay?service=notify"),
        ("audit", "kansa", "/audit"),
        ("not-found", "sato", "/nowhere"),
        ("not-mine", "sato", "/board"),
    ]
    return [Visit(*row) for row in rows]


def unreached_visits(stack: Stack, city: City) -> list[Visit]:
    """Return the pages about what reached nobody; a city without mail has none by itself."""
    notify, now = stack.database("notify"), stack.clock.now()
    alert_id = notify.scalar("SELECT alert_id FROM alert WHERE handoff_id = :id", id=city.sent)
    notify.execute("UPDATE inbox_item SET read_at = NULL WHERE alert_id = :id", id=alert_id)
    notify.execute(
        "INSERT INTO unreached (alert_id, rung, since) VALUES (:id, 1, :now)", id=alert_id, now=now
    )
    notify.execute(
        "INSERT INTO link (token_hash, alert_id, rung, ends_at) VALUES (:hash, :id, 1, :ends)",
        hash=hashlib.sha256(b"letter").hexdigest(),
        id=alert_id,
        ends=now + timedelta(days=1),
    )
    rows = [
        ("unreached-one", "kobayashi", "/unreached"),
        ("unreached-operator", "ishida", "/unreached"),
        ("unreached-call", "kobayashi", f"/unreached/{alert_id}"),
        ("letter-link", "", "/r/letter"),
        ("letter-link-unknown", "", "/r/none"),
    ]
    return [Visit(*row) for row in rows]
