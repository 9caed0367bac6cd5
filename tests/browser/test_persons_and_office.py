"""The way to a first note, and arranging an office, by the pages alone."""

import re

from playwright.sync_api import expect


def test_from_a_new_person_to_the_note(open_as):
    page = open_as("tanaka", java_script_enabled=False)
    page.goto("/persons/new")

    page.get_by_label("姓必須").fill("例")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("heading", name=re.compile("項目を直してください"))).to_be_visible()
    expect(page.get_by_label("姓必須")).to_have_value("例")
    page.get_by_label("名必須").fill("一子")
    page.get_by_label("セイ必須").fill("れい")
    page.get_by_label("メイ必須").fill("イチコ")
    page.get_by_label("生年月日必須").fill("昭和19年4月12日")
    page.get_by_label("女", exact=True).check()
    page.get_by_label("要介護度任意").select_option("要介護2")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("昭和19年4月12日生")).to_be_visible()

    page.get_by_role("link", name="同意を記録する").last.click()
    page.get_by_role("button", name="同意を記録する").click()
    expect(page.get_by_text("ご本人の同意：有効")).to_be_visible()

    page.get_by_role("link", name="担当を選ぶ").click()
    page.get_by_label("事業所の名前").fill("さくら")
    page.get_by_role("button", name="事業所をさがす").click()
    page.get_by_role("link", name=re.compile("ここにする.*ケアプランさくら")).click()
    page.get_by_label("佐藤 恵 様").check()
    page.get_by_role("button", name="担当に決める").click()
    expect(page.locator("#care-manager")).to_contain_text("佐藤 恵 様")

    page.get_by_role("link", name="入院を登録する").click()
    page.get_by_label("時刻").fill("10:15")
    page.get_by_label("病棟").fill("3階東")
    page.get_by_role("button", name="入院を登録する").click()
    form = page.locator("section", has=page.get_by_role("heading", name="退院の予定を入れる"))
    form.get_by_label("日", exact=True).fill("2030-01-10")
    form.get_by_role("button", name="退院の予定を記録する").click()
    expect(page.get_by_text("令和12年1月10日（木）10:00")).to_be_visible()

    page.get_by_role("link", name="退院情報を書く").click()
    expect(page.get_by_text("送り先：ケアプランさくら 佐藤 恵 様")).to_be_visible()


def test_without_consent_the_note_leads_to_the_consent(open_as, planner, care_manager):
    person = planner.post(
        "/api/persons",
        {
            "family_name": "無印",
            "given_name": "花",
            "family_kana": "ムジルシ",
            "given_kana": "ハナ",
            "birth_date": "1940-01-01",
            "sex": "female",
            "municipality": "999997",
        },
    )["person_id"]
    stay = planner.post("/api/stays", {"person_id": person, "admitted_at": "2026-11-02T10:00:00+09:00"})
    page = open_as("tanaka")

    page.goto(f"/stays/{stay['stay_id']}/note")

    expect(page).to_have_url(re.compile(f"/persons/{person}"))
    expect(page.get_by_role("link", name="同意を記録する").first).to_be_visible()


def test_a_withdrawal_says_its_effect_first(open_as, planner, care_manager):
    page = open_as("tanaka")
    page.goto("/persons")
    page.get_by_label("名前かフリガナ").fill("渡辺")
    page.get_by_role("search").get_by_role("button", name="さがす").click()
    expect(page).to_have_url(re.compile("/persons$"))
    page.get_by_role("link", name=re.compile("渡辺 ハル")).click()

    page.get_by_role("link", name=re.compile("^取り消す")).click()
    expect(page.get_by_text("いまから見られなくなります")).to_be_visible()
    page.get_by_role("button", name="同意を取り消す").click()

    expect(page.get_by_text("有効な同意がありません")).to_be_visible()


def test_an_absence_and_a_deputy_are_arranged(open_as):
    page = open_as("takahashi", java_script_enabled=False)
    page.goto("/office")
    page.get_by_role("link", name=re.compile("変える.*佐藤 恵")).click()

    page.get_by_label("返事がないとき、次に連絡が移る人").select_option("高橋 誠")
    page.get_by_role("button", name="代わりを記録する").click()
    expect(page.get_by_text("代わりを記録しました。")).to_be_visible()
    start = page.get_by_role("group", name="不在のはじめ")
    end = page.get_by_role("group", name="不在の終わり")
    start.get_by_label("日", exact=True).fill("2030-03-01")
    end.get_by_label("日", exact=True).fill("2030-02-01")
    page.get_by_role("button", name="不在を記録する").click()
    expect(page.locator(".err").first).to_be_visible()
    end = page.get_by_role("group", name="不在の終わり")
    end.get_by_label("日", exact=True).fill("2030-03-02")
    page.get_by_role("button", name="不在を記録する").click()

    expect(page.get_by_text("不在を記録しました。")).to_be_visible()
    page.goto("/office")
    expect(page.get_by_role("row", name=re.compile("佐藤 恵"))).to_contain_text("高橋 誠")


def test_hours_are_confirmed_and_a_wrong_time_is_told_at_its_day(open_as):
    page = open_as("takahashi", java_script_enabled=False)
    page.goto("/office/hours")

    page.get_by_label("土曜 1 はじめ").fill("09:00")
    page.get_by_role("button", name="営業日と時間を記録する").click()
    expect(page.locator("#sat")).to_contain_text(re.compile("入れてください|確かめてください"))
    page.get_by_label("土曜 1 終わり").fill("12:00")
    page.get_by_label("休む日").fill("2030-12-29")
    page.get_by_role("button", name="営業日と時間を記録する").click()

    expect(page.get_by_text("営業日と時間を記録しました。")).to_be_visible()
    expect(page.get_by_label("土曜 1 終わり")).to_have_value("12:00")
