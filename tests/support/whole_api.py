"""A day on which every operation of the API is used, and each of them succeeds."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import Any

import pyotp

from chassis.clock import TOKYO
from chassis.ids import new_id
from tests.support.people import a_note, a_stay, password_of
from tests.support.push_service import Browser, PushService
from tests.support.receiver import Receiver
from tests.support.stack import Stack
from tsunagi.client import Client, Refused

As = Callable[[str], Client]

ADMITTED, PLANNED = "2026-11-02T10:00:00+09:00", "2026-11-27T10:30:00+09:00"


def use_everything(stack: Stack, sign_in: As) -> None:
    """Go through the whole API; `sign_in` returns somebody's client."""
    planner, care_manager = sign_in("tanaka"), sign_in("sato")
    stay_id = _of_a_person(planner, care_manager)
    _of_notes(stack, planner, care_manager, stay_id)
    _of_stays(planner, care_manager)
    _of_staff(sign_in("takahashi"))
    _of_the_directory(sign_in("takahashi"))
    _of_other_systems(sign_in("takahashi"), sign_in("nakamura"))
    _of_rules(sign_in("kobayashi"))
    _of_channels(care_manager)
    _of_wishes(care_manager)
    _of_the_rota(sign_in("takahashi"), care_manager, sign_in("nakamura"))
    _of_the_unreached(stack, sign_in("kobayashi"))
    _of_operation(sign_in("ishida"))
    sign_in("kansa").get("/api/accesses", page=1)
    _of_the_second_factor(sign_in("nakamura"), sign_in("takahashi"), password_of(stack, "nakamura"))
    _of_the_session(stack, sign_in)


def _of_channels(care_manager: Client) -> None:
    care_manager.get("/api/channels")
    order = [{"urgency": "urgent", "channel": "email", "rank": 1}]
    care_manager.put("/api/channels/order", {"ranks": order})
    care_manager.post("/api/channels/email/test")
    with closing(PushService()) as service:
        subscription = {"endpoint": f"{service.origin}/sato", **Browser().keys}
        device = care_manager.post("/api/devices", subscription)
        care_manager.delete(f"/api/devices/{device['device_id']}")


def _of_a_person(planner: Client, care_manager: Client) -> str:
    stay_id = a_stay(planner, care_manager)
    planner.get("/api/persons", page=1)
    found = planner.post("/api/persons/search", {"text": "カクウ"})["persons"]
    person = planner.get(f"/api/persons/{found[0]['person_id']}")
    consent = person["consents"][0]["consent_id"]
    planner.post(f"/api/persons/{person['person_id']}/consents/{consent}/withdrawal")
    return a_stay(planner, care_manager, family_name="試験", family_kana="シケン") or stay_id


def _of_notes(stack: Stack, planner: Client, care_manager: Client, stay_id: str) -> None:
    note = a_note(planner, stay_id)
    planner.put(f"/api/stays/{stay_id}/note", {"content": {**note, "meal": "unknown code"}})
    first = planner.post("/api/handoffs", {"stay_id": stay_id, "content": note})["handoff_id"]
    stack.broker.settle()
    second = _sent(stack, planner, stay_id, {**note, "bathing": "shower"})
    planner.get(f"/api/handoffs/{first}")
    care_manager.get(f"/api/handoffs/{second}")
    care_manager.get(f"/api/handoffs/{second}/ladder")
    care_manager.post(f"/api/handoffs/{second}/reading")
    _of_the_office(care_manager, second)
    for act in ("acknowledgement", "acceptance", "completion"):
        care_manager.post(f"/api/handoffs/{second}/{act}")
    third = _sent(stack, planner, stay_id, note)
    _boards(planner, care_manager, third)
    planner.post(f"/api/handoffs/{third}/recall", {"words": "見本"})
    care_manager.get(f"/api/handoffs/{third}")
    fourth = _sent(stack, planner, stay_id, note)
    care_manager.post(f"/api/handoffs/{fourth}/refusal", {"reason": "full", "words": "満員です"})
    planner.get(f"/api/handoffs/{fourth}")
    planner.get("/api/inbox", whose="office")
    _sent(stack, planner, stay_id, note)


def _of_the_office(care_manager: Client, handoff_id: str) -> None:
    holding = f"/api/handoffs/{handoff_id}/holding"
    care_manager.post(holding)
    colleagues = care_manager.get(holding)["colleague_ids"]
    care_manager.delete(holding)
    care_manager.put(holding, {"to_account_id": colleagues[0]})


def _sent(stack: Stack, planner: Client, stay_id: str, content: dict[str, Any]) -> str:
    handoff = planner.post("/api/handoffs", {"stay_id": stay_id, "content": content, "urgency": "urgent"})
    stack.broker.settle()
    return str(handoff["handoff_id"])


def _boards(planner: Client, care_manager: Client, handoff_id: str) -> None:
    planner.get("/api/handoffs", board="sent", mine="true")
    care_manager.get("/api/handoffs", board="received", handoff_ids=[handoff_id])
    items = care_manager.get("/api/inbox", after_seq=0)["items"]
    care_manager.get("/api/inbox", whose="office", show="unread", urgency="urgent", arrived_from="2026-11-01")
    care_manager.get("/api/inbox/senders", whose="office")
    care_manager.post("/api/inbox/marks", {"item_ids": [items[0]["item_id"]], "is_read": False})
    care_manager.get("/api/conferences")
    care_manager.open_stream("").close()


def _of_stays(planner: Client, care_manager: Client) -> None:
    stay_id = a_stay(planner, care_manager, family_name="練習", family_kana="レンシュウ")
    revision = planner.get(f"/api/stays/{stay_id}/note")["stay"]["revision"]
    planner.patch(f"/api/stays/{stay_id}", {"revision": revision, "ward": "5西"})
    planner.post(f"/api/stays/{stay_id}/discharge", {"discharged_at": PLANNED})
    other = a_stay(planner, care_manager, family_name="見本", family_kana="ミホン")
    planner.post(f"/api/stays/{other}/cancellation")


def _in(days: int) -> str:
    return (datetime.now(TOKYO) + timedelta(days=days)).isoformat()


def _of_staff(manager: Client) -> None:
    added = manager.post("/api/staff", {"name": "予備 花", "login": "yobi.hana", "role": "care_manager"})
    member = f"/api/staff/{added['staff']['membership_id']}"
    manager.put(f"{member}/email", {"email": "yobi.hana@example.jp"})
    found = manager.get("/api/staff")["staff"]
    deputy = next(one for one in found if one["name"] == "中村 健")
    # As many as the document allows: the address is long.
    manager.get("/api/names", account_ids=[deputy["account_id"], *(new_id() for _ in range(499))])
    manager.post(f"{member}/invitation")
    manager.put(f"{member}/deputy", {"deputy_id": deputy["account_id"]})
    away = {"from_at": _in(days=1), "until_at": _in(days=3)}
    manager.post(f"{member}/absences", away)
    told = next(one for one in manager.get("/api/staff")["staff"] if one["login"] == "yobi.hana")
    manager.delete(f"/api/absences/{told['away'][0]['absence_id']}")
    manager.put(f"/api/staff/{deputy['membership_id']}/management", {})
    manager.post(f"{member}/suspension")
    manager.delete(f"{member}/suspension")


def _of_the_directory(manager: Client) -> None:
    office = manager.session["acting"]["office_id"]
    manager.get("/api/facilities", text="架空", page=1)
    manager.get("/api/facilities", facility_ids=[office])
    manager.get(f"/api/facilities/{office}")
    manager.get("/api/desks", municipality="999997")
    weekly = {"mon": [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:30"}]}
    hours = {"weekly": weekly, "closes_on_holidays": True, "closed_days": ["2026-12-29"]}
    manager.put(f"/api/facilities/{office}/hours", hours)


def _of_other_systems(manager: Client, somebody: Client) -> None:
    wanted = {"membership_id": somebody.session["acting"]["membership_id"], "scopes": ["inbox:read"]}
    key = manager.post("/api/keys", {**wanted, "name": "記録システム"})["key"]["key_id"]
    somebody.post(f"/api/keys/{key}/agreement")
    manager.get("/api/keys")
    manager.delete(f"/api/keys/{key}")
    with closing(Receiver()) as receiver:
        added = manager.post("/api/webhooks", {"url": receiver.url, "states": ["acknowledged"]})
        webhook = f"/api/webhooks/{added['webhook']['webhook_id']}"
        manager.post(f"{webhook}/test")
        manager.post(f"{webhook}/pause")
        manager.delete(f"{webhook}/pause")
        manager.get("/api/webhooks")
        manager.get(f"{webhook}/deliveries")
        manager.delete(webhook)


def _of_rules(desk: Client) -> None:
    [found, _] = desk.get("/api/rules")["rules"]
    rule = f"/api/rules/{found['rule']}"
    changed = {name: found[name] for name in ("rungs", "remind_desk", "version")}
    desk.put(rule, changed)
    version = desk.get(rule)["rule"]["version"]
    desk.post(f"{rule}/restoration", {"version": version})
    desk.get(f"{rule}/timeline", at="2026-11-27T18:30:00+09:00")


def _of_wishes(somebody: Client) -> None:
    somebody.put(
        "/api/wishes", {"quiet_weekdays": {"begins": "20:00", "ends": "07:00"}, "digest_at": "08:30"}
    )
    somebody.get("/api/wishes")
    somebody.get("/api/wishes/timeline", at="2026-11-27T18:30:00+09:00")
    somebody.put("/api/wishes", {})


def _of_the_rota(manager: Client, somebody: Client, colleague: Client) -> None:
    own, other = somebody.account_id, colleague.account_id
    times = {"begins": "17:30", "ends": "08:30"}
    night = {"weekday": "mon", "account_id": own, **times}
    weekly = manager.post("/api/rota/weekly", night)["duty_id"]
    single = manager.post("/api/rota/days", {"day": _in(days=2)[:10], "account_id": other, **times})[
        "duty_id"
    ]
    duty = somebody.get("/api/rota")["own"][-1]
    offer = {"from_at": duty["from_at"], "until_at": duty["until_at"], "to_account_id": other}
    first = somebody.post("/api/rota/swaps", offer)["swap_id"]
    somebody.post(f"/api/rota/swaps/{first}/withdrawal")
    second = somebody.post("/api/rota/swaps", offer)["swap_id"]
    colleague.post(f"/api/rota/swaps/{second}/answer", {"is_accepted": True})
    manager.get("/api/rota", day=duty["from_at"][:10])
    manager.delete(f"/api/rota/days/{single}")
    manager.post(f"/api/rota/weekly/{weekly}/end")


def _of_the_unreached(stack: Stack, desk: Client) -> None:
    database = stack.database("notify")
    alert_id = database.scalar(
        "SELECT alert_id FROM alert WHERE raised_at IS NOT NULL AND ended_as IS NULL LIMIT 1"
    )
    database.execute(
        "INSERT INTO unreached (alert_id, rung, since) VALUES (:id, 1, :now)",
        id=alert_id,
        now=stack.clock.now(),
    )
    desk.get("/api/statistics", first_day="2026-01-01", last_day="2026-12-31")
    desk.get("/api/unanswered")
    desk.put("/api/unanswered/time", {"lists_at": "08:45"})
    desk.get("/api/unreached")
    desk.get(f"/api/unreached/{alert_id}")
    database.execute("UPDATE inbox_item SET read_at = NULL WHERE alert_id = :id", id=alert_id)
    database.execute("UPDATE delivery SET state = 'failed' WHERE alert_id = :id", id=alert_id)
    database.execute(
        "UPDATE alert SET overdue_at = :now WHERE alert_id = :id", id=alert_id, now=stack.clock.now()
    )
    handoff_id = database.scalar("SELECT handoff_id FROM alert WHERE alert_id = :id", id=alert_id)
    made = desk.post(f"/api/handoffs/{handoff_id}/fax-sheets")
    desk.post("/api/fax-returns", {"return_code": made["return_code"], "outcome": "received"})
    desk.post(f"/api/unreached/{alert_id}/calls", {"outcome": "reached"})


def _of_operation(operator: Client) -> None:
    operator.get("/api/operator/status")
    operator.get("/api/operator/dead-letters")
    operator.post("/api/operator/dead-letters/replay", {"service": "notify"})
    operator.get("/api/demo/clock")
    operator.post("/api/demo/clock", {"advance_s": 0})
    operator.get("/api/openapi.json")
    operator.get("/api/facts.json")


def _of_the_second_factor(somebody: Client, manager: Client, password: str) -> None:
    somebody.get("/api/second-factor")
    told = _set_up(somebody, password)
    renewing = {"present": password, "code": told[0]}
    told = somebody.visit().post("/api/second-factor/recovery-codes", renewing)["recovery_codes"]
    somebody.post("/api/sign-out")
    # The right password alone is refused: a code is due.
    with suppress(Refused):
        somebody.visit().post("/api/sign-in", {"login": "nakamura", "password": password})
    somebody.visit().post("/api/sign-in/code", {"code": told[0]})
    somebody.visit().post("/api/second-factor/end", {"present": password, "code": told[1]})
    told = _set_up(somebody.visit(), password)
    _move(somebody, {"present": password, "code": told[0]})
    member = somebody.get("/api/session")["acting"]["membership_id"]
    manager.delete(f"/api/staff/{member}/second-factor")
    somebody.sign_in("nakamura", password).post("/api/second-factor/reset-seen")


def _set_up(somebody: Client, password: str) -> list[str]:
    """Turn the second factor on; returns the recovery codes."""
    secret = somebody.post("/api/second-factor", {"present": password})["secret"]
    code = pyotp.TOTP(secret).now()
    told: list[str] = somebody.post("/api/second-factor/confirmation", {"code": code})["recovery_codes"]
    return told


def _move(somebody: Client, proof: dict[str, str]) -> None:
    secret = somebody.post("/api/second-factor/move", proof)["secret"]
    somebody.post("/api/second-factor/move/confirmation", {"code": pyotp.TOTP(secret).now()})


def _of_the_session(stack: Stack, sign_in: As) -> None:
    somebody = sign_in("nakamura")
    somebody.post("/api/session/acting", {"membership_id": somebody.session["acting"]["membership_id"]})
    password = {"present": password_of(stack, "nakamura"), "password": "atarashii-aikotoba-7"}
    address = {"present": password["present"], "email": "nakamura@example.jp"}
    somebody.put("/api/email", address)
    somebody.post("/api/password", password)
    somebody.post("/api/sign-out")
