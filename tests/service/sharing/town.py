"""A hospital, a care office and a desk that no other test knows, and how their people ask sharing."""

from datetime import timedelta

from chassis.calendar import DEFAULT_HOURS
from chassis.ids import new_id
from contracts.accounts import OfficeStaffed
from contracts.directory import FacilityChanged
from contracts.errors import NotFound
from contracts.notify import AlertEscalated, AlertOverdue, AlertRaised
from tests.support.calls import a_caller
from tests.support.eventually import eventually

CITY = "999997"

A_NOTE = {
    "care_level": "22",
    "cause": "右大腿骨頸部骨折",
    "follow_up_place": "架空中央クリニック",
    "follow_up_means": ["home_visit"],
    "illness_1": "右大腿骨頸部骨折 術後",
    "illness_1_state": "stable",
    "mobility": ["walker"],
    "toilet": ["toilet", "commode"],
    "bathing": "shower",
    "meal": "normal",
    "choking": "sometimes",
    "denture": "partial",
    "mouth": "good",
    "mouth_care": "partial",
    "sleep": "good",
    "sleeping_pills": False,
    "mind": ["none"],
    "person_wish": "家の風呂に入りたい",
    "treatment": ["none"],
    "nursing": ["skin"],
    "rehab": ["adl"],
    "has_ban": True,
    "ban": "屈曲は90度まで",
    "outlook": "杖で歩ける見込み",
    "hindrances": "玄関に段差",
    "requirements": "トイレと浴室の手すり",
}


class Town:
    """The cast: Tanaka plans at the hospital; Aoki and Baba are care managers at Sakura."""

    def __init__(self, stack):
        self.stack = stack
        self.hospital, self.sakura, self.desk = new_id(), new_id(), new_id()
        self.tanaka = self.somebody("discharge_planner", self.hospital, "田中 美咲", "架空総合病院")
        self.aoki = self.somebody("care_manager", self.sakura, "Aoki")
        self.baba = self.somebody("care_manager", self.sakura, "Baba")
        self.manager = self.somebody("office_manager", self.sakura, "Manager")
        self.counsellor = self.somebody("desk", self.desk, "Counsellor")

    def somebody(self, role, office_id=None, name="Stranger", office_name="ケアプランさくら"):
        """Return a signed-in person; without `office_id` at an office that nobody here knows."""
        return a_caller(role, office_id=office_id or new_id(), name=name, office_name=office_name)

    def open(self):
        """Let directory and accounts announce the care office and the desk."""
        self.tell_facility(self.sakura, "care_office")
        self.tell_facility(self.desk, "desk")
        self.tell_staff(self.sakura, [self.aoki, self.baba, self.manager], self.manager)
        self.settle()
        return self

    def ask(self, who, method, key=None, **request):
        return self.stack.ask("sharing", method, request, caller=who, key=key)

    # Persons and stays -------------------------------------------------------------------

    def chiyo(self, by=None, **changed):
        """Return the id of a person whom the hospital, or `by`, has entered."""
        person = {
            "family_name": "架空",
            "given_name": "千代",
            "family_kana": "かくう",
            "given_kana": "ちよ",
            "birth_date": "1944-04-12",
            "sex": "female",
            "municipality": CITY,
            "care_level": "22",
            **changed,
        }
        return self.ask(by or self.tanaka, "add_person", **person)["person_id"]

    def agree(self, person_id, by=None, **changed):
        """Return the id of the person's consent, valid for a year."""
        today = self.stack.clock.now().date()
        given = {
            "valid_from": today - timedelta(days=2),
            "valid_until": today + timedelta(days=365),
            **changed,
        }
        answer = self.ask(
            by or self.tanaka, "grant_consent", person_id=person_id, explained_by="田中 美咲", **given
        )
        return answer["consents"][0]["consent_id"]

    def entrust(self, person_id, care_manager, by=None):
        self.ask(
            by or self.tanaka,
            "set_care_manager",
            person_id=person_id,
            office_id=care_manager.office_id,
            account_id=care_manager.account_id,
        )

    def hospital_entry(self):
        """Return the hospital's id once the directory has told of it."""
        self.tell_facility(self.hospital, "hospital")
        self.settle()
        return self.hospital

    def admit(self, person_id):
        """Return the id of a stay that is to end in three days."""
        now = self.stack.clock.now()
        admitted = {"admitted_at": now - timedelta(days=10), "ward": "4階東", "room": "412", "cause": "骨折"}
        stay = self.ask(self.tanaka, "admit_person", person_id=person_id, **admitted)
        self.ask(self.tanaka, "plan_discharge", stay_id=stay["stay_id"], planned_at=now + timedelta(days=3))
        return stay["stay_id"]

    def a_stay(self, care_manager=None):
        """Return (person, stay) of somebody who agrees and whose care manager is Aoki."""
        person_id = self.chiyo()
        self.agree(person_id)
        self.entrust(person_id, care_manager or self.aoki)
        return person_id, self.admit(person_id)

    def send(self, stay_id, key=None, **changed):
        """Return the handoff of a complete note."""
        return self.ask(
            self.tanaka, "send_note", key=key, **{"stay_id": stay_id, "content": A_NOTE, **changed}
        )

    def a_handoff(self):
        """Return the id of a sent note that Aoki is to answer."""
        return self.send(self.a_stay()[1])["handoff_id"]

    def read(self, who, handoff_id):
        return self.ask(who, "get_handoff", handoff_id=handoff_id)

    def can_read(self, who, handoff_id):
        try:
            self.read(who, handoff_id)
        except NotFound:
            return False
        return True

    # What others announce ----------------------------------------------------------------

    def tell_facility(self, facility_id, kind, municipality=CITY, revision=1, is_listed=True, name="架空"):
        self.stack.broker.publish(
            FacilityChanged.happened(
                municipality=municipality,
                revision=revision,
                facility_id=facility_id,
                kind=kind,
                name=name,
                services=[],
                hours={**DEFAULT_HOURS, "is_provisional": True},
                is_listed=is_listed,
            )
        )

    def tell_staff(self, office_id, callers, manager=None, revision=1):
        members = [
            {"account_id": caller.account_id, "role": caller.role, "is_active": True} for caller in callers
        ]
        self.stack.broker.publish(
            OfficeStaffed.happened(
                municipality=CITY,
                revision=revision,
                office_id=office_id,
                manager_id=manager.account_id if manager else None,
                members=members,
            )
        )

    def rungs(self):
        """Return the ladder: Aoki, Baba, the manager, the desk; an hour between them."""
        start = self.stack.clock.now()
        steps = (
            ("care_manager", self.sakura, [self.aoki]),
            ("deputy", self.sakura, [self.baba]),
            ("office_manager", self.sakura, [self.manager]),
            ("desk", self.desk, [self.counsellor]),
        )
        return [
            {
                "number": number,
                "role": role,
                "account_ids": [caller.account_id for caller in callers],
                "office_id": office_id,
                "starts_at": start + timedelta(hours=number - 1),
                "skipped": None,
            }
            for number, (role, office_id, callers) in enumerate(steps, 1)
        ]

    def tell_raised(self, handoff_id, current=1, revision=1, times=1, **changed):
        fact = {
            "handoff_id": handoff_id,
            "alert_id": new_id(),
            "delivered_at": self.stack.clock.now(),
            "rungs": self.rungs(),
            "current": current,
            "hours_are_provisional": False,
            **changed,
        }
        self.stack.broker.publish(AlertRaised.happened(revision=revision, **fact), times=times)
        self.settle()

    def tell_escalated(self, handoff_id, number, revision=1):
        now = self.stack.clock.now()
        fact = {"handoff_id": handoff_id, "alert_id": new_id(), "rung": self.rungs()[number - 1]}
        escalated = AlertEscalated.happened(
            revision=revision, **fact, escalated_at=now, next_at=now + timedelta(hours=1)
        )
        self.stack.broker.publish(escalated)
        self.settle()

    def tell_overdue(self, handoff_id):
        now = self.stack.clock.now()
        fact = {"handoff_id": handoff_id, "alert_id": new_id(), "overdue_at": now}
        self.stack.broker.publish(AlertOverdue.happened(revision=1, **fact))
        self.settle()

    def settle(self):
        """Wait until sharing has handled and announced everything; others' queues are not drained here."""
        for _ in range(2):
            eventually(self._is_quiet, timeout=60)

    def _is_quiet(self):
        depths = self.stack.broker.queue_depths().items()
        waiting = sum(n for name, n in depths if name.startswith("sharing.") and not name.endswith(".dead"))
        unpublished = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
        return not waiting and not self.stack.database("sharing").scalar(unpublished)

    # Looking -----------------------------------------------------------------------------

    def count(self, table, **where):
        clause = " AND ".join(f"{name} = :{name}" for name in where) or "true"
        return self.stack.database("sharing").scalar(f"SELECT count(*) FROM {table} WHERE {clause}", **where)

    def facts(self, handoff_id):
        """Return the types of all facts that were announced about a handoff, in order."""
        rows = self.stack.database("sharing").rows(
            "SELECT envelope FROM outbox WHERE envelope->>'subject' = :id ORDER BY id", id=handoff_id
        )
        return [row["envelope"]["type"] for row in rows]
