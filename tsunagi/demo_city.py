"""架空市: the people, offices and persons of demonstrations. All of it is made up.

Plain data with fixed ids, so that a second start finds what the first has made. Each service enters
its part by `services/<service>/demo.py`, `seed(database_url, city)`.
"""

from datetime import date, timedelta
from typing import Any

CODE = "999997"
NAME = "架空市"
Row = dict[str, Any]


def city(passwords: dict[str, str], today: date) -> Row:
    """Return the whole city; `passwords` maps logins to passwords, dates count from `today`."""
    return {
        "municipality": CODE,
        "name": NAME,
        "offices": [_office(number, *row) for number, row in enumerate(_OFFICES, 1)],
        "accounts": [_account(number, row, passwords[row["login"]]) for number, row in enumerate(PEOPLE, 1)],
        "deputies": {membership_id(1, 1): account_id(2)},
        "persons": [_person(number, row, today) for number, row in enumerate(_PERSONS, 1)],
    }


def office_id(number: int) -> str:
    """Return the id of the office with this number in `_OFFICES`."""
    return f"01900000-0000-7000-8000-00000000{number:04x}"


def office_name(number: int) -> str:
    """Return the name of the office with this number in `_OFFICES`."""
    return str(_OFFICES[number - 1][3])


def account_id(number: int) -> str:
    """Return the id of the account with this number in `PEOPLE`."""
    return f"01900000-0000-7000-8000-00000001{number:04x}"


def membership_id(number: int, nth: int) -> str:
    """Return the id of the nth role of an account."""
    return f"01900000-0000-7000-8000-0000000{nth + 1:01x}{number:04x}"


def person_id(number: int) -> str:
    """Return the id of the person with this number in `_PERSONS`."""
    return f"01900000-0000-7000-8000-00000100{number:04x}"


def _weekdays(opens: str, closes: str, *, saturday: str = "") -> Row:
    weekly = {day: [{"opens": opens, "closes": closes}] for day in ("mon", "tue", "wed", "thu", "fri")}
    weekly |= {"sat": [{"opens": opens, "closes": saturday}] if saturday else [], "sun": []}
    return {"weekly": weekly, "closes_on_holidays": True, "closed_days": []}


HOSPITAL, SAKURA, DESK, CITY_IT, CITY_AUDIT = 1, 2, 3, 4, 5
# kind, services, number, name, kana, address, telephone, hours (None: nobody has said so yet, 仮)
_OFFICES = (
    ("hospital", [], "9910001", "架空総合病院", "カクウソウゴウビョウイン", "中央1-1", "000-000-0010",
     _weekdays("08:30", "17:15")),
    ("care_office", ["430"], "9970000002", "ケアプランさくら", "ケアプランサクラ", "中央2-3-4", "000-000-0020",
     _weekdays("09:00", "18:00")),
    ("desk", [], "9990003", "架空市 在宅医療・介護連携支援センター",
     "カクウシザイタクイリョウカイゴレンケイシエンセンター", "本町1-1 市役所1階", "000-000-0001",
     _weekdays("08:30", "17:15")),
    ("municipality", [], "9990004", "架空市 情報政策課", "カクウシジョウホウセイサクカ", "本町1-1 市役所5階",
     "000-000-0002", _weekdays("08:30", "17:15")),
    ("municipality", [], "9990005", "架空市 監査事務局", "カクウシカンサジムキョク", "本町1-1 市役所6階",
     "000-000-0003", _weekdays("08:30", "17:15")),
    ("hospital", [], "9910006", "架空東病院", "カクウヒガシビョウイン", "東町5-2", "000-000-0011",
     _weekdays("09:00", "17:00")),
    ("clinic", [], "9910007", "架空中央クリニック", "カクウチュウオウクリニック", "中央3-8-1", "000-000-0012",
     _weekdays("09:00", "18:00", saturday="12:30")),
    ("care_office", ["430"], "9970000008", "ケアプランみなと", "ケアプランミナト", "港町7-7", "000-000-0021", None),
    ("care_office", ["130"], "9960000009", "架空訪問看護ステーション", "カクウホウモンカンゴステーション",
     "中央2-9", "000-000-0030", _weekdays("08:30", "17:30")),
    ("care_office", ["730"], "9990000010", "小規模多機能 ひなたの家", "ショウキボタキノウヒナタノイエ", "南町3-14",
     "000-000-0040", None),
    ("pharmacy", [], "9940011", "本町まごころ薬局", "ホンマチマゴコロヤッキョク", "本町2-5", "000-000-0050",
     _weekdays("09:00", "19:00", saturday="13:00")),
    ("community_center", [], "9900000012", "架空市 中央地域包括支援センター",
     "カクウシチュウオウチイキホウカツシエンセンター", "中央4-1", "000-000-0060", _weekdays("08:30", "17:15")),
)  # fmt: skip

# `roles`: (office, role, is the office's manager). The first one is active after signing in.
PEOPLE: tuple[Row, ...] = (
    {"login": "sato", "name": "佐藤 恵", "kana": "サトウ メグミ", "roles": [(SAKURA, "care_manager", False)]},
    {"login": "nakamura", "name": "中村 健", "kana": "ナカムラ ケン", "roles": [(SAKURA, "care_manager", False)]},
    {"login": "takahashi", "name": "高橋 誠", "kana": "タカハシ マコト",
     "roles": [(SAKURA, "office_manager", True)]},
    {"login": "tanaka", "name": "田中 美咲", "kana": "タナカ ミサキ",
     "roles": [(HOSPITAL, "discharge_planner", False)]},
    {"login": "kobayashi", "name": "小林 由美", "kana": "コバヤシ ユミ", "roles": [(DESK, "desk", True)]},
    {"login": "ishida", "name": "石田 亮", "kana": "イシダ リョウ", "roles": [(CITY_IT, "operator", True)]},
    {"login": "kansa", "name": "監査 花", "kana": "カンサ ハナ", "roles": [(CITY_AUDIT, "auditor", True)]},
)  # fmt: skip


def _office(
    number: int, kind: str, services: list[str], code: str, name: str, kana: str, address: str, phone: str,
    hours: Row | None,
) -> Row:  # fmt: skip
    return {
        "facility_id": office_id(number),
        "office_id": office_id(number),
        "kind": kind,
        "services": services,
        "number": code,
        "name": name,
        "kana": kana,
        "address": f"{NAME}{address}",
        "phone": phone,
        "fax": "",
        "municipality": CODE,
        "municipality_name": NAME,
        "hours": hours,
    }


def _account(number: int, person: Row, password: str) -> Row:
    return {
        "account_id": account_id(number),
        "name": person["name"],
        "kana": person["kana"],
        "login": person["login"],
        "email": f"{person['login']}@example.jp",
        "password": password,
        "memberships": [
            {"membership_id": membership_id(number, nth), "office_id": office_id(office), "role": role}
            | {"is_manager": is_manager}
            for nth, (office, role, is_manager) in enumerate(person["roles"], 1)
        ],
    }


# All three are in 架空総合病院, entered by 田中; `manager` is the number of the account at ケアプランさくら.
_PERSONS: tuple[Row, ...] = (
    {"name": ("鈴木", "一郎", "スズキ", "イチロウ"), "born": date(1944, 4, 12), "sex": "male", "level": "22",
     "address": "中央1-2-3", "phone": "000-000-0101", "manager": 1, "ward": "3階東", "room": "305",
     "cause": "右大腿骨頸部骨折", "admitted": 21, "leaves": 4},
    {"name": ("渡辺", "ハル", "ワタナベ", "ハル"), "born": date(1938, 11, 3), "sex": "female", "level": "23",
     "address": "港町2-8", "phone": "000-000-0102", "manager": 1, "ward": "4階西", "room": "412",
     "cause": "誤嚥性肺炎", "admitted": 12, "leaves": 7},
    {"name": ("山口", "千代", "ヤマグチ", "チヨ"), "born": date(1941, 7, 22), "sex": "female", "level": "13",
     "address": "南町3-1", "phone": "000-000-0103", "manager": 2, "ward": "3階東", "room": "301",
     "cause": "心不全の増悪", "admitted": 6, "leaves": None},
)  # fmt: skip


def _person(number: int, row: Row, today: date) -> Row:
    family, given, family_kana, given_kana = row["name"]
    leaves = row["leaves"]
    return {
        "person_id": person_id(number),
        "family_name": family,
        "given_name": given,
        "family_kana": family_kana,
        "given_kana": given_kana,
        "birth_date": row["born"],
        "sex": row["sex"],
        "municipality": CODE,
        "address": f"{NAME}{row['address']}",
        "phone": row["phone"],
        "care_level": row["level"],
        "care_level_until": date(today.year + 1, 3, 31),
        "entered_by": account_id(4),
        "entered_by_name": PEOPLE[3]["name"],
        "entered_at_office_id": office_id(HOSPITAL),
        "care_office_id": office_id(SAKURA),
        "care_manager_id": account_id(row["manager"]),
        "consent": {
            "consent_id": f"01900000-0000-7000-8000-00000200{number:04x}",
            "given_by": "self",
            "explained_by": PEOPLE[3]["name"],
            "valid_from": today - timedelta(days=row["admitted"]),
            "valid_until": today + timedelta(days=365),
        },
        "stay": {
            "stay_id": f"01900000-0000-7000-8000-00000300{number:04x}",
            "hospital_id": office_id(HOSPITAL),
            "admitted_on": today - timedelta(days=row["admitted"]),
            "ward": row["ward"],
            "room": row["room"],
            "cause": row["cause"],
            "planned_on": today + timedelta(days=leaves) if leaves is not None else None,
        },
    }
