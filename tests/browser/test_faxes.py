"""The desk prints a cover sheet of a FAX; its 2-D code leads somewhere, and its reply is entered."""

import re
from base64 import b64encode

import pytest
import zxingcpp

from tests.browser import axe
from tests.support.people import a_note, a_stay

# The picture of an element as grey values: {"width", "height", "grey"}.
GREY = """async (png) => {
  const image = new Image(); image.src = `data:image/png;base64,${png}`; await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const seen = pen.getImageData(0, 0, image.width, image.height).data;
  const grey = Array.from({length: image.width * image.height}, (_, n) => seen[4 * n]);
  return {width: image.width, height: image.height, grey};
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def handoff(stack, planner, care_manager):
    """A note to the office of 佐藤, whose mailboxes are all dead; only the desk can bring it there."""
    stay_id = a_stay(planner, care_manager, family_name="用紙")
    made = planner.post("/api/handoffs", {"stay_id": stay_id, "content": a_note(planner, stay_id)})
    stack.broker.settle()
    notify = stack.database("notify")
    alert_id = notify.scalar("SELECT alert_id FROM alert WHERE handoff_id = :id", id=made["handoff_id"])
    notify.execute(
        "INSERT INTO unreached (alert_id, rung, since) VALUES (:id, 1, :now)",
        id=alert_id,
        now=stack.clock.now(),
    )
    notify.execute("UPDATE alert SET current = 2 WHERE alert_id = :id", id=alert_id)
    return made


def printed(page, handoff):
    """Make a sheet from the desk's list, on which it stands by its number."""
    page.goto("/unreached")
    row = page.locator(f'[data-row="{handoff["handoff_id"]}"]')
    row.get_by_role("button", name=re.compile("FAXの送付状を作る|Make a FAX cover sheet")).click()
    page.wait_for_selector(".sheet-a4")
    return page.locator(".return-code").inner_text()


def decoded(page):
    """Return what a telephone reads in the 2-D code."""
    png = b64encode(page.locator(".code").screenshot()).decode()
    blank = page.context.new_page()
    seen = blank.evaluate(GREY, png)
    blank.close()
    picture = memoryview(bytes(seen["grey"])).cast("B", shape=[seen["height"], seen["width"]])
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("language", ["", "en"])
def test_a_sheet_is_one_page_and_names_nobody(open_as, handoff, language):
    desk = open_as("kobayashi", language=language)

    code = printed(desk, handoff)

    sheet = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    assert re.fullmatch(r"[2345679ACDEFHJKMNPRTWXY]{4}-[2345679ACDEFHJKMNPRTWXY]{4}", code)
    text = desk.locator(".sheet-a4").inner_text()
    assert handoff["code"] in text
    assert "用紙" not in text


def test_its_2_d_code_leads_to_the_page_that_says_it_has_arrived(open_as, stack, handoff):
    desk = open_as("kobayashi")
    printed(desk, handoff)

    (link,) = decoded(desk)

    telephone = open_as("", width=390, java_script_enabled=False)
    telephone.goto(link)
    telephone.get_by_role("button", name="事業所に届いたことを知らせる").click()
    assert "事業所に届いたことを知らせました" in telephone.locator("h1").inner_text()


def test_a_reply_is_entered_on_a_telephone_without_scripts_and_stands_on_the_way(open_as, planner, handoff):
    desk = open_as("kobayashi", width=390, java_script_enabled=False)
    code = printed(desk, handoff)
    desk.goto("/fax-returns")
    desk.get_by_label("返信コード").fill(code.lower())
    desk.get_by_label("お受けできません").check()
    desk.get_by_role("button", name="FAXの返事を記録する").click()

    assert handoff["code"] in desk.locator(".note-ok").inner_text()
    desk.goto("/unreached")
    row = desk.locator(f'[data-row="{handoff["handoff_id"]}"]')
    assert "「お受けできません」と返事がありました" in row.inner_text()
    sender = open_as("tanaka")
    sender.goto(f"/handoffs/{handoff['handoff_id']}")
    way = sender.locator(".line").inner_text()
    assert "FAXの送付状を作りました" in way
    assert "FAXの返事：お受けできません" in way
    assert "記録 小林" in way


def test_a_sheet_fits_a_telephone(open_as, handoff):
    desk = open_as("kobayashi", width=390, bypass_csp=True)

    printed(desk, handoff)

    assert desk.evaluate(OVERFLOW) <= 0
    assert axe.violations(desk) == []
