"""docs/guides/*/operator.md, as 石田 follows it."""

from contracts.directory import FacilityChanged
from tests.browser.guides.walk import Walk
from tests.support.eventually import eventually

_HOURS = {"weekly": {}, "closes_on_holidays": True, "closed_days": [], "is_provisional": True}


def follow(walk: Walk) -> None:
    """From all being well to sending a stuck fact again."""
    walk.as_("ishida")
    walk.sees("稼働状況")
    assert walk.reads("稼働状況：正常") in walk.page.title()
    away = "office", "office_away"
    notify = walk.stack.database("notify")
    notify.execute("ALTER TABLE {} RENAME TO {}".format(*away))
    walk.stack.broker.publish(_a_fact())
    eventually(walk.stack.broker.dead_letters, 60)
    notify.execute("ALTER TABLE {1} RENAME TO {0}".format(*away))
    walk.reads("配達不能")
    walk.goes("配達不能")
    walk.presses("もう一度送る")
    walk.page.locator("main form .btn-main").click()
    eventually(lambda: walk.stack.broker.dead_letters() == {}, 30)


def _a_fact() -> FacilityChanged:
    return FacilityChanged.happened(
        municipality="999997",
        revision=1,
        facility_id="01a20017-e510-7686-b380-281e8d22f9c6",
        kind="desk",
        name="架空",
        services=[],
        hours=_HOURS,
        is_listed=True,
    )
