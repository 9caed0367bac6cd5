"""Messages that come twice, fail, kill, or cannot be read: none is lost, none takes effect twice."""

import json
import uuid

import pytest

from contracts.errors import AccessDenied, Conflict, Invalid, NotSignedIn
from contracts.sharing import StayCancelled
from tests.support.calls import A_VISITOR, a_caller
from tests.support.eventually import eventually
from tests.support.trial import EVERYBODY, planned


def cancelled(stay_id):
    return StayCancelled.happened(stay_id=stay_id, hospital_id=stay_id)


@pytest.fixture
def subject():
    return str(uuid.uuid4())


def test_a_saved_fact_is_heard_once(trial, subject):
    trial.say(subject)
    trial.home.broker.settle()

    assert trial.seen("on_discharge_planned").count(subject) == 1


def test_a_second_delivery_has_no_effect(trial, subject):
    trial.home.broker.publish(planned(subject), times=3)
    trial.home.broker.settle()

    assert trial.seen("on_discharge_planned").count(subject) == 1


def test_one_bad_fact_does_not_hold_up_its_batch(trial, subject):
    others = [str(uuid.uuid4()) for _ in range(20)]
    trial.rule(subject, "raise")

    for each in (*others[:10], subject, *others[10:]):
        trial.home.broker.publish(planned(each))

    trial.home.broker.settle()
    assert set(others) <= set(trial.seen("on_discharge_planned"))
    assert subject not in trial.seen("on_discharge_planned")
    trial.obey_no_more()


def test_batches_that_fail_leave_workers_for_the_others(machine, start_trial):
    home = machine.fresh(TSUNAGI_MAX_WORKERS="2")
    trial = start_trial(home)
    trial.rule(EVERYBODY, "raise")
    subjects = [str(uuid.uuid4()) for _ in range(60)]
    for start in range(0, 60, 5):
        trial.publish_together([planned(each) for each in subjects[start : start + 5]])

    home.broker.settle()

    assert home.broker.dead_letters() == {"events.on_discharge_planned.dead": 60}
    trial.throw_away()
    home.close()


def test_a_failing_message_is_tried_again_then_parked_and_can_be_replayed(trial, subject):
    trial.rule(subject, "raise")
    trial.home.broker.publish(cancelled(subject))
    trial.home.broker.settle()
    operator = a_caller("operator")

    parked = trial.home.calls.ask("events", "list_dead_letters", {}, caller=operator)["dead_letters"]

    mine = [letter for letter in parked if letter["subject"] == subject]
    assert [(letter["queue"], letter["reason"], letter["attempts"]) for letter in mine] == [
        ("events.on_stay_cancelled", "ValueError", 3)
    ]
    assert subject not in trial.seen("on_stay_cancelled")

    trial.obey_no_more()
    request = {"fact_ids": [mine[0]["fact_id"]]}
    assert trial.home.calls.ask("events", "replay_dead_letters", request, caller=operator) == {"replayed": 1}
    trial.home.broker.settle()
    assert trial.seen("on_stay_cancelled").count(subject) == 1


def test_dead_letters_may_be_looked_at_for_ever(trial):
    vhost = trial.home.instance.vhost

    limits = trial.home.machine.console.ask(
        f"""[rabbit_policy:get(<<"delivery-limit">>, Queue)
             || Queue <- rabbit_amqqueue:list(<<"{vhost}">>),
                binary:longest_common_suffix(
                    [element(4, amqqueue:get_name(Queue)), <<"events.on_stay_cancelled.dead">>]) == 29]"""
    )

    assert limits == "[1000000000]"


def test_a_permanent_error_is_parked_at_once(trial, subject):
    trial.rule(subject, "permanent")
    envelope = trial.home.broker.publish(cancelled(subject))
    trial.home.broker.settle()

    letters = trial.home.calls.ask("events", "list_dead_letters", {}, caller=a_caller("operator"))

    mine = [letter for letter in letters["dead_letters"] if letter["fact_id"] == envelope["id"]]
    assert [(letter["reason"], letter["attempts"]) for letter in mine] == [("Permanent", 1)]


@pytest.mark.parametrize(
    "body", ["not json", b"\xff\xfe", "{}", json.dumps({"type": "events.unknown.v9", "data": {}})]
)
def test_what_is_no_fact_is_parked_and_the_next_goes_on(trial, subject, body):
    before = trial.home.broker.dead_letters().get("events.on_discharge_planned.dead", 0)

    trial.home.broker.publish_raw("sharing.events", "discharge_planned.v1", body)
    trial.home.broker.publish(planned(subject))

    trial.home.broker.settle()
    assert trial.home.broker.dead_letters()["events.on_discharge_planned.dead"] == before + 1
    assert subject in trial.seen("on_discharge_planned")


def test_handlers_that_lock_each_other_out_get_through_soon_and_use_up_no_try(machine, start_trial):
    # Waits between tries so long that a message which takes one is not handled within this test.
    home = machine.fresh(TSUNAGI_RETRY_DELAYS_S="300")
    trial = start_trial(home)
    pair = [str(uuid.uuid4()) for _ in range(2)]
    for each in pair:
        trial.rule(each, "cross")

    trial.publish_together([cancelled(each) for each in pair])

    eventually(lambda: sorted(trial.seen("on_stay_cancelled")) == sorted(pair), 30)
    assert "transaction_clashed" in trial.log("events")
    assert "fact_waits" not in trial.log("events")
    trial.throw_away()
    home.close()


def test_a_handler_that_fails_leaves_nothing_behind(trial, subject):
    trial.rule(subject, "raise")
    trial.home.broker.publish(cancelled(subject))
    trial.home.broker.settle()

    assert subject not in trial.seen("on_stay_cancelled")
    trial.obey_no_more()


def test_a_repeated_request_runs_once_and_gets_the_first_answer(trial, subject):
    first = trial.home.calls.ask(
        "sharing", "say_planned", {"stay_id": subject}, caller=trial.caller, key=subject
    )
    second = trial.home.calls.ask(
        "sharing", "say_planned", {"stay_id": subject}, caller=trial.caller, key=subject
    )

    assert first == second == {"said": subject}
    assert trial.seen("said", "sharing").count(subject) == 1


def test_a_request_that_cannot_be_answered_is_dropped_at_last(trial):
    before = trial.log("sharing").count("answer_failed")
    request = json.dumps({"args": [{}], "kwargs": {}})

    trial.home.broker.publish_raw("nameko-rpc", "sharing.say_planned", request)

    trial.home.broker.settle()
    assert trial.log("sharing").count("answer_failed") - before == 6
    assert trial.log("sharing").count("request_dropped") == 1


def test_a_key_cannot_be_used_for_something_else(trial, subject):
    trial.say(subject, key="one-key")

    with pytest.raises(Conflict, match="key_reused"):
        trial.say(key="one-key")


def test_a_refused_request_saves_nothing(trial, subject):
    planner = a_caller("discharge_planner")

    with pytest.raises(Conflict, match="refused"):
        trial.home.calls.ask("sharing", "say_for_planners", {"stay_id": subject}, caller=planner, key="k")

    assert subject not in trial.seen("refused", "sharing")


def test_wrong_fields_are_named(trial):
    with pytest.raises(Invalid) as refusal:
        trial.home.calls.ask("sharing", "say_planned", {"stay_id": "x", "more": 1}, caller=trial.caller)

    assert refusal.value.fields == {"stay_id": ["not_an_id"], "more": ["unknown_field"]}


def test_another_role_and_a_visitor_are_refused(trial, subject):
    for caller in (a_caller("care_manager"), A_VISITOR):
        with pytest.raises(AccessDenied):
            trial.home.calls.ask("sharing", "say_for_planners", {"stay_id": subject}, caller=caller)


def test_a_service_cannot_speak_for_a_person(trial, subject):
    from chassis.auth import Signer

    forged = Signer.from_folder("notify", trial.home.instance.folder / "keys" / "notify")

    with pytest.raises(NotSignedIn):
        trial.home.calls.ask(
            "sharing", "say_planned", {"stay_id": subject}, caller=trial.caller, signer=forged
        )


def test_a_bug_answers_and_the_service_lives_and_no_value_is_logged(trial, subject):
    with pytest.raises(RuntimeError):
        trial.home.calls.ask("sharing", "break_down", {}, caller=trial.caller)

    assert trial.say(subject) == subject
    eventually(lambda: "break_down" in trial.log("sharing"))
    assert "Chiyo" not in trial.log("sharing")
