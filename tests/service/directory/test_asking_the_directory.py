import pytest

from chassis.ids import new_id
from contracts.directory import Facility
from contracts.errors import AccessDenied, Invalid, NotFound
from services.directory import demo
from services.directory.importers import import_file
from tests.service.directory.conftest import LISTS, Directory
from tests.support.calls import A_VISITOR, a_caller, a_service

DESK, SAKURA = new_id(), new_id()
DAYS = ("mon", "tue", "wed", "thu", "fri")
WEEK = {day: [{"opens": "08:30", "closes": "17:30"}] for day in DAYS}


def an_office(facility_id, kind, name, **more):
    blank = {"kana": "", "municipality": "999997", "municipality_name": "架空市", "address": "架空市1"}
    blank |= {"phone": "000-000-0001", "fax": "", "services": [], "hours": None, "number": facility_id}
    return {**blank, "facility_id": facility_id, "kind": kind, "name": name, **more}


CITY = {
    "offices": [
        an_office(DESK, "desk", "架空市 在宅医療・介護連携支援センター", hours={"weekly": WEEK}),
        an_office(SAKURA, "care_office", "ケアプランさくら", services=["430"], kana="ケアプランサクラ"),
    ]
}


class Asking(Directory):
    """The directory's process, asked over the bus."""

    def __init__(self, stack):
        super().__init__(stack)
        self.stack = stack

    def ask(self, method, request, caller=A_VISITOR, **how):
        return self.stack.ask("directory", method, request, caller=caller, **how)

    def found(self, **wanted):
        """Return the names of the facilities that a search answers."""
        return [each["name"] for each in self.ask("search_facilities", wanted)["facilities"]]

    def entry(self, facility_id, caller=A_VISITOR):
        [entry] = self.ask("get_facilities", {"facility_ids": [facility_id]}, caller)["facilities"]
        return entry

    def set_hours(self, caller, facility_id=SAKURA, **changed):
        request = {"facility_id": facility_id, "weekly": WEEK, "closes_on_holidays": True, **changed}
        return self.ask("set_hours", request, caller, key=new_id())


@pytest.fixture(scope="module")
def asking(start_stack):
    asked = Asking(start_stack("directory"))
    for name in ("jigyosho_730.csv", "jigyosho_770.csv", "01-1_hospital_facility_info_20250601.csv"):
        import_file(asked.url, LISTS / name)
    demo.seed(asked.url, CITY)
    return asked


def the_manager(**known):
    return a_caller("office_manager", office_id=SAKURA, name="高橋 誠", **known)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("里みと", ["架空の里　みと"]),
        ("架空の里みと看護", ["架空の里　みと"]),
        ("かくうほーむみなみ", ["架空ホーム南"]),
        ("ｶｸｳﾎｰﾑ ﾐﾅﾐ", ["架空ホーム南"]),
        ("日立", ["⽇⽴ゔぃら"]),
        ("南", ["架空ホーム南"]),
        ("総合　架空", ["架空総合病院"]),
        ("100%", []),
        ("_", []),
    ],
)
def test_a_name_is_found_by_words_in_any_order_and_spelling(asking, text, names):
    assert asking.found(text=text) == names


def test_a_city_is_searched_with_its_wards(asking):
    sagamihara = {'架空ほーむ <緑> & "川"', "架空ホーム南", "架空みなみ病院"}

    assert set(asking.found(municipality="141500")) == sagamihara
    assert set(asking.found(municipality="141534")) == {"架空ホーム南", "架空みなみ病院"}
    assert asking.found(municipality="141526") == []


def test_a_search_is_narrowed_by_kind_and_service(asking):
    assert set(asking.found(kind="hospital")) == {"架空総合病院", "架空みなみ病院"}
    assert asking.found(service="770") == ["架空の里　みと"]
    assert asking.found(service="430", municipality="999997") == ["ケアプランさくら"]


def test_pages_follow_each_other_and_the_total_is_told(asking):
    first = asking.ask("search_facilities", {"page": 1, "page_size": 4})
    second = asking.ask("search_facilities", {"page": 2, "page_size": 4})
    third = asking.ask("search_facilities", {"page": 3, "page_size": 4})

    ids = [each["facility_id"] for page in (first, second, third) for each in page["facilities"]]
    assert first["total"] == len(ids) == len(set(ids)) == 9


def test_an_entry_has_the_promised_form_and_its_attribution(asking):
    [entry] = asking.ask("search_facilities", {"text": "里みと"})["facilities"]

    assert Facility().load(entry)
    assert (entry["address"], entry["phone"]) == (
        "茨城県水戸市架空町１－２－３　つなぎビル２階",
        "000-000-0001",
    )
    assert [(each["code"], each["name"]) for each in entry["services"]] == [
        ("730", "架空の里　みと"),
        ("770", "架空の里みと看護"),
    ]
    assert entry["source"]["licence"] == "CC BY 4.0"
    assert "厚生労働省" in entry["source"]["attribution"]


def test_entries_are_answered_by_id_and_unknown_ids_left_out(asking):
    asked = asking.ask("get_facilities", {"facility_ids": [new_id(), SAKURA]}, a_service("notify"))

    assert [each["name"] for each in asked["facilities"]] == ["ケアプランさくら"]
    assert asked["facilities"][0]["hours"]["is_provisional"] is True


def test_the_desk_of_a_city_is_listed(asking):
    answer = asking.ask("list_desks", {"municipality": "999997"}, a_service("notify"))

    [desk] = answer["facilities"]
    assert (desk["facility_id"], desk["hours"]["weekly"]["mon"]) == (DESK, WEEK["mon"])
    assert desk["hours"]["is_provisional"] is False


def test_a_wrong_question_is_refused_at_its_field(asking):
    for wrong in ({"page": 0}, {"page_size": 101}, {"text": "x" * 81}, {"text": "a\x00b"}):
        with pytest.raises(Invalid) as refusal:
            asking.ask("search_facilities", wrong)
        assert list(refusal.value.fields) == list(wrong)


def test_the_manager_sets_the_hours_and_others_hear_of_it(asking):
    before = asking.entry(SAKURA)

    answer = asking.set_hours(the_manager(), closed_days=["2026-12-29"])

    assert answer["revision"] == before["revision"] + 1
    assert answer["hours"]["weekly"] == {**WEEK, "sat": [], "sun": []}
    assert (answer["hours"]["closed_days"], answer["hours"]["is_provisional"]) == (["2026-12-29"], False)
    revision, fact = asking.facts()[-1]
    assert (revision, fact["facility_id"], fact["hours"]) == (answer["revision"], SAKURA, answer["hours"])


def test_hours_set_again_keep_the_earlier_version(asking):
    versions = "SELECT superseded_at FROM office_hours WHERE facility_id = :id ORDER BY set_at"
    asking.set_hours(the_manager())

    asking.set_hours(the_manager(), closes_on_holidays=False)

    rows = asking.database.rows(versions, id=SAKURA)
    assert len(rows) >= 2
    assert [row["superseded_at"] is None for row in rows] == [False] * (len(rows) - 1) + [True]


def test_an_import_leaves_the_hours_that_an_office_set(asking):
    [entry] = asking.ask("search_facilities", {"text": "里みと"})["facilities"]
    id = entry["facility_id"]
    asking.set_hours(a_caller("office_manager", office_id=id), id)

    import_file(asking.url, LISTS / "jigyosho_730_20261231.csv")

    assert asking.entry(id)["hours"]["weekly"]["mon"] == WEEK["mon"]
    assert asking.entry(id)["phone"] == "000-000-0077"


def test_the_city_sets_hours_of_its_own_offices_only(asking):
    assert asking.set_hours(a_caller("municipal", municipality="999997"))["facility_id"] == SAKURA

    with pytest.raises(NotFound):
        asking.set_hours(a_caller("municipal", municipality="141500"))


def test_a_stranger_learns_nothing_from_a_refusal(asking):
    reasons = set()
    for facility_id in (SAKURA, new_id()):
        with pytest.raises(NotFound) as refusal:
            asking.set_hours(a_caller("office_manager"), facility_id)
        reasons.add(refusal.value.reason)

    assert len(reasons) == 1


@pytest.mark.parametrize("role", ["care_manager", "desk", "operator"])
def test_only_managers_and_the_city_may_set_hours(asking, role):
    with pytest.raises(AccessDenied):
        asking.set_hours(a_caller(role, office_id=SAKURA))


def test_hours_that_make_no_sense_change_nothing(asking):
    before = asking.entry(SAKURA)["revision"]

    with pytest.raises(Invalid) as refusal:
        asking.set_hours(the_manager(), weekly={"mon": [{"opens": "17:00", "closes": "09:00"}]})

    assert refusal.value.fields == {"weekly.mon": ["closes_before_it_opens"]}
    assert asking.entry(SAKURA)["revision"] == before


def test_a_contact_of_staff_is_not_shown_to_visitors(asking):
    row = {"id": new_id(), "facility": SAKURA, "name": "佐藤 恵"}
    asking.database.execute(
        "INSERT INTO contact (contact_id, facility_id, purpose, person_name)"
        " VALUES (:id, :facility, 'liaison', :name)",
        **row,
    )

    assert asking.entry(SAKURA)["contacts"] == []
    assert asking.entry(SAKURA, a_caller())["contacts"][0]["person_name"] == "佐藤 恵"


def test_seeding_again_changes_nothing(asking):
    facts = len(asking.facts())
    tables = {
        table: asking.count(table) for table in ("facility", "facility_service", "office_hours", "source")
    }

    demo.seed(asking.url, CITY)

    assert {table: asking.count(table) for table in tables} == tables
    assert len(asking.facts()) == facts
