"""The main job, played by signed-in people through the public API: one note is answered, one climbs."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tsunagi.client import Client, Event, Stream
from tsunagi.demo.note import CONTENT
from tsunagi.demo.telling import TOKYO, Broken, Telling

# How long a page waits for what should come within a blink.
PATIENCE_S = 15.0
RUNG_WORDS = {
    "care_manager": "担当のケアマネジャー",
    "deputy": "副担当",
    "office_manager": "管理者",
    "desk": "市の連携支援センター",
}


@dataclass(frozen=True)
class Player:
    """Somebody of the cast: the name on screen, signed in, with an open page."""

    name: str
    client: Client
    stream: Stream


@dataclass(frozen=True)
class Cast:
    """Who plays. `ladder` are the four rungs in their order."""

    planner: Player
    ladder: tuple[Player, ...]
    operator: Client
    stay_ids: tuple[str, str]


class Story:
    """Plays on a running demo instance; `telling` keeps the count."""

    def __init__(self, cast: Cast, telling: Telling) -> None:
        self.cast = cast
        self.telling = telling
        self.written_to_screen_ms: float | None = None
        self.acknowledged_by = ""
        self.escalated_to = ""
        self.handoff_ids: list[str] = []

    def play(self) -> None:
        """Play it all. Raises Broken when it cannot go on."""
        self.telling.line("火曜日の朝10時です。病院・事業所・市の窓口が仕事をしています。", self.now())
        try:
            self.one_is_answered()
            self.one_climbs()
        finally:
            self.count()

    def now(self) -> datetime:
        """Return the instance's present moment."""
        return datetime.fromisoformat(self.cast.operator.get("/api/demo/clock")["now"])

    def move_clock(self, to: datetime) -> None:
        """Move the clock of every process. Sessions idle out by that and are renewed by themselves."""
        self.cast.operator.post("/api/demo/clock", {"to": to.isoformat()})

    def one_is_answered(self) -> None:
        """A note is written, seen at once, acknowledged by name."""
        care_manager = self.cast.ladder[0]
        handoff = self.send(self.cast.stay_ids[0], care_manager)
        care_manager.client.handoff(handoff["handoff_id"])
        answer = care_manager.client.answer(handoff["handoff_id"])
        self.acknowledged_by = answer["acknowledged_by_name"]
        self.telling.line(f"{self.acknowledged_by}さんが「受け取りました」を押しました。", self.now())
        self.telling.hold(answer["state"] == "acknowledged", "受け取りが記録される")
        self.telling.hold(self.acknowledged_by == care_manager.name, "受け取った人の名前が残る")
        wanted = {"handoff_id": handoff["handoff_id"], "state": "acknowledged"}
        heard = self.cast.planner.stream.wait_for("handoff", PATIENCE_S, **wanted)
        self.telling.hold(heard is not None, "送った人の開いた画面に、受け取りがすぐ出る")
        self.planner_sees(handoff, "acknowledged")
        self.later_rungs_are_void(handoff)

    def send(self, stay_id: str, to: Player) -> dict[str, Any]:
        """Write and send a note and wait until it is on the open page of `to`; returns the handoff."""
        planner = self.cast.planner
        started = time.monotonic()
        handoff = planner.client.write_note(stay_id, self.content(stay_id))
        self.handoff_ids.append(handoff["handoff_id"])
        self.telling.line(f"{planner.name}さんが退院情報を送りました（番号 {handoff['code']}）。", self.now())
        event = self.arrives(handoff, to)
        took_ms = (event.at - started) * 1000
        self.written_to_screen_ms = self.written_to_screen_ms or round(took_ms, 1)
        self.telling.line(f"{to.name}さんの画面に出ました（送信から {took_ms:.0f} ミリ秒）。", self.now())
        return handoff

    def content(self, stay_id: str) -> dict[str, Any]:
        """Return the note: what is prefilled from the stay, and what the planner knows."""
        draft = self.cast.planner.client.get(f"/api/stays/{stay_id}/note")["draft"]["content"]
        return {**draft, **CONTENT}

    def arrives(self, handoff: dict[str, Any], to: Player) -> Event:
        """Wait until the alert is on the open page of `to`."""
        self.telling.expected.add((to.name, handoff["handoff_id"]))
        event = to.stream.wait_for("alert", PATIENCE_S, handoff_id=handoff["handoff_id"])
        if event is None:
            raise Broken(f"{to.name}さんの画面に {handoff['code']} が出ませんでした")
        return event

    def planner_sees(self, handoff: dict[str, Any], state: str) -> None:
        """The sender's board comes to show the new state."""
        until = time.monotonic() + PATIENCE_S
        shown = ""
        while shown != state and time.monotonic() < until:
            shown = self.cast.planner.client.handoff(handoff["handoff_id"])["state"]
            time.sleep(0.1)
        self.telling.hold(shown == state, f"送った人のボードが {state} になる（{shown}）")

    def later_rungs_are_void(self, handoff: dict[str, Any]) -> None:
        """After an acknowledgement nobody else is asked, however late it gets."""
        ladder = self.cast.planner.client.get(f"/api/handoffs/{handoff['handoff_id']}/ladder")
        waiting = [each for each in ladder["deliveries"] if each["state"] == "queued" and each["rung"] > 1]
        self.telling.hold(not waiting, "受け取りのあと、次の段の通知は残っていない")

    def one_climbs(self) -> None:
        """Nobody answers: each rung is asked at its time by the office's calendar, the desk last."""
        ladder = self.cast.ladder
        handoff = self.send(self.cast.stay_ids[1], ladder[0])
        self.telling.line("だれも返事をしません。時計を進めます。")
        for number, player in enumerate(ladder[1:], start=2):
            due = self.next_at(handoff)
            self.move_clock(due + timedelta(seconds=1))
            self.arrives(handoff, player)
            role = RUNG_WORDS[self.rung(handoff, number)["role"]]
            self.telling.line(f"{number}段目：{role} {player.name}さんへ移りました。", due)
        self.escalated_to = RUNG_WORDS[self.rung(handoff, len(ladder))["role"]]
        self.planner_sees(handoff, "escalated")
        self.desk_takes_it(handoff, ladder[-1])

    def desk_takes_it(self, handoff: dict[str, Any], desk: Player) -> None:
        """The last rung opens the note and answers by name, so that nothing stays open."""
        found = desk.client.handoff(handoff["handoff_id"])
        self.telling.hold(bool(found.get("note")), "センターが内容を読める")
        answer = desk.client.answer(handoff["handoff_id"])
        self.telling.line(f"{answer['acknowledged_by_name']}さん（センター）が受け取りました。", self.now())
        self.planner_sees(handoff, "acknowledged")

    def next_at(self, handoff: dict[str, Any]) -> datetime:
        """Return when the sender's page says that the next rung is asked."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = self.cast.planner.client.handoff(handoff["handoff_id"])
            if found.get("next_at") and datetime.fromisoformat(found["next_at"]) > self.now():
                return datetime.fromisoformat(found["next_at"])
            time.sleep(0.1)
        raise Broken("次の段の時刻が送った人の画面に出ませんでした")

    def rung(self, handoff: dict[str, Any], number: int) -> dict[str, Any]:
        """Return one rung as the sender sees it."""
        ladder = self.cast.planner.client.handoff(handoff["handoff_id"])["ladder"]
        found: dict[str, Any] = next(rung for rung in ladder if rung["number"] == number)
        return found

    def count(self) -> None:
        """Gather what each reader's page was shown of the story's handoffs."""
        time.sleep(1.0)
        for player in self.cast.ladder:
            self.telling.seen += [
                (player.name, event.data["handoff_id"])
                for event in player.stream.heard
                if event.kind == "alert" and event.data.get("handoff_id") in self.handoff_ids
            ]
        unexpected = set(self.telling.seen) - self.telling.expected
        self.telling.hold(not unexpected, "受け取り済みの連絡が、ほかの人に届いていない")


def open_the_day(operator: Client) -> None:
    """Move the clock to the next Tuesday, 10:00, before anybody comes to work."""
    now = datetime.fromisoformat(operator.get("/api/demo/clock")["now"])
    operator.post("/api/demo/clock", {"to": next_tuesday_at_ten(now).isoformat()})


def next_tuesday_at_ten(now: datetime) -> datetime:
    """Return the next Tuesday, 10:00 in Tokyo, that is neither a holiday nor in the new year's days."""
    from chassis.calendar import DEFAULT_HOURS, OfficeCalendar

    calendar = OfficeCalendar.from_wire(DEFAULT_HOURS)
    day = now.astimezone(TOKYO).replace(hour=10, minute=0, second=0, microsecond=0)
    while day <= now or day.weekday() != 1 or not calendar.is_business_day(day.date()) or is_new_year(day):
        day += timedelta(days=1)
    return day


def is_new_year(day: datetime) -> bool:
    """Offices close from 29 December to 3 January whatever the calendar of holidays says."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
