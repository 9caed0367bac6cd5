"""What notify tells of its ladder: late, twice, out of order, it never moves a handoff back."""


def test_a_raised_alert_makes_it_delivered_and_shows_the_ladder(town):
    handoff_id = town.a_handoff()

    town.tell_raised(handoff_id, times=2)

    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["rung"]) == ("delivered", 1)
    assert [rung["role"] for rung in seen["ladder"]] == ["care_manager", "deputy", "office_manager", "desk"]
    assert [rung["is_current"] for rung in seen["ladder"]] == [True, False, False, False]
    assert seen["next_at"] == seen["ladder"][1]["starts_at"]
    assert [line["state"] for line in seen["history"]] == ["sent", "delivered"]


def test_an_alert_that_arrives_after_the_answer_only_fills_in(town):
    handoff_id = town.a_handoff()
    town.ask(town.aoki, "acknowledge_handoff", handoff_id=handoff_id)

    town.tell_raised(handoff_id)
    town.tell_escalated(handoff_id, 2)
    town.tell_overdue(handoff_id)

    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["acknowledged_by_name"]) == ("acknowledged", "Aoki")
    assert seen["delivered_at"] is not None
    assert len(seen["ladder"]) == 4
    assert (seen["rung"], seen["next_at"]) == (1, None)


def test_an_escalation_before_its_alert_is_not_undone_by_it(town):
    handoff_id = town.a_handoff()

    town.tell_escalated(handoff_id, 3)
    town.tell_raised(handoff_id, current=1)
    town.tell_escalated(handoff_id, 2)

    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["rung"]) == ("escalated", 3)
    assert seen["delivered_at"] is not None


def test_a_newer_plan_counts_and_an_older_one_does_not(town):
    handoff_id = town.a_handoff()
    desk_alone = [rung | {"skipped": "unknown" if rung["number"] < 4 else None} for rung in town.rungs()]
    town.tell_raised(handoff_id, current=4, revision=1, rungs=desk_alone)

    town.tell_raised(handoff_id, current=1, revision=2)
    town.tell_raised(handoff_id, current=4, revision=1)
    town.tell_escalated(handoff_id, 4, revision=1)

    seen = town.read(town.tanaka, handoff_id)
    assert (seen["state"], seen["rung"]) == ("delivered", 1)


def test_what_is_overdue_stays_so_until_somebody_answers(town):
    handoff_id = town.a_handoff()
    town.tell_raised(handoff_id)
    town.tell_overdue(handoff_id)

    town.tell_escalated(handoff_id, 4)
    opened = town.read(town.counsellor, handoff_id)["state"]
    answer = town.ask(town.counsellor, "acknowledge_handoff", handoff_id=handoff_id)

    assert opened == "overdue"
    assert (answer["state"], answer["acknowledged_by_name"]) == ("acknowledged", "Counsellor")


def test_what_was_seen_still_climbs_and_keeps_its_rung_when_opened(town):
    handoff_id = town.a_handoff()
    town.tell_raised(handoff_id)
    town.read(town.aoki, handoff_id)

    town.tell_escalated(handoff_id, 2)
    opened = town.read(town.baba, handoff_id)

    assert (opened["state"], opened["rung"]) == ("escalated", 2)
    assert [line["state"] for line in opened["history"]] == ["sent", "delivered", "seen", "escalated"]


def test_an_alert_about_an_unknown_handoff_harms_nobody(town):
    from chassis.ids import new_id

    handoff_id = town.a_handoff()
    town.tell_raised(new_id())
    town.tell_raised(handoff_id)

    assert town.read(town.tanaka, handoff_id)["state"] == "delivered"
    assert town.stack.broker.dead_letters() == {}
