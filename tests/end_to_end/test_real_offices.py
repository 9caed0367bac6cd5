"""The main job between real entries of 相模原市 and 水戸市; the person and the staff are made up.

出典: 「介護サービス情報公表システム（厚生労働省）」「医療情報ネット（厚生労働省）」
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.accounts import demo
from tests.support.people import a_note, a_stay
from tsunagi.client import Client

DATA = Path(os.environ.get("TSUNAGI_DATA", Path(__file__).parents[3] / "shared" / "data"))
HOSPITALS = DATA / "medical-navii-202506-resaved"
CARE = DATA / "kaigo-mhlw-5pref"
CITIES = {"相模原市": "141500", "水戸市": "082015"}

pytestmark = pytest.mark.skipif(not CARE.exists(), reason=f"real open data are not at {DATA}")


def import_list(instance, file, as_of):
    done = subprocess.run(
        [sys.executable, "-m", "tsunagi", "directory", "import", str(file), "--as-of", as_of, "--json"],
        env=instance.instance.admin_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lists(stack, instance):
    files = [
        *HOSPITALS.glob("*hospital*_5pref.csv"),
        *(CARE / f"jigyosho_{number}.csv" for number in ("730", "770")),
    ]
    assert len(files) == 3
    reports = [import_list(instance, file, "2025-12-31") for file in files]
    stack.broker.settle(120)
    return reports


def test_every_row_of_the_lists_is_accounted_for(lists):
    for report in lists:
        outcomes = ("new", "changed", "unchanged", "refused", "duplicates")
        assert sum(report[each] for each in outcomes) == report["read"], report["file"]


@pytest.mark.parametrize("city", CITIES)
def test_the_main_job_between_real_offices(stack, instance, lists, city):
    code = CITIES[city]
    search = Client(stack.url)
    hospital = search.get("/api/facilities", municipality=code, kind="hospital")["facilities"][0]
    office = next(
        found
        for service in ("730", "770")
        for found in search.get("/api/facilities", municipality=code, service=service)["facilities"]
    )
    planner, care_manager = staff(stack, instance, hospital, office, code)
    page = care_manager.listen()

    stay_id = a_stay(planner, care_manager, municipality=code)
    handoff = planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    arrived = page.wait_for("alert", 15, handoff_id=handoff["handoff_id"])
    answer = care_manager.post(f"/api/handoffs/{handoff['handoff_id']}/acceptance")

    assert hospital["source"]
    assert arrived is not None
    assert (answer["state"], answer["acknowledged_by_name"]) == ("accepted", "青木 陽子")
    assert (answer["from_office_id"], answer["to_office_id"]) == (
        hospital["facility_id"],
        office["facility_id"],
    )
    page.close()


def staff(stack, instance, hospital, office, code):
    """Put a made-up planner and care manager into the two offices and sign them in."""
    people = [
        ("baba", "馬場 修", hospital, "discharge_planner"),
        ("aoki", "青木 陽子", office, "care_manager"),
    ]
    accounts = [
        {
            "account_id": f"0190000{n}-0000-7000-8000-0000000{code[:5]}",
            "name": name,
            "kana": "",
            "login": f"{login}-{code}",
            "email": None,
            "password": f"Hikari-no-michi-{code}",
            "memberships": [
                {
                    "membership_id": f"0190001{n}-0000-7000-8000-0000000{code[:5]}",
                    "office_id": place["facility_id"],
                    "role": role,
                    "is_manager": False,
                }
            ],
        }
        for n, (login, name, place, role) in enumerate(people)
    ]
    offices = [
        {"office_id": each["facility_id"], "municipality": code, "kind": each["kind"], "name": each["name"]}
        for each in (hospital, office)
    ]
    demo.seed(
        instance.instance.database_url("accounts"), {"offices": offices, "accounts": accounts, "deputies": {}}
    )
    stack.broker.settle()
    return [Client(stack.url).sign_in(each["login"], each["password"]) for each in accounts]
