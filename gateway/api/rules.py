"""Rules of a desk: whom a note asks in which order, how long each has, and what that means in time."""

from flask import Response, jsonify

from contracts.roles import DESK
from contracts.rules import (
    ChangeRule,
    GetRule,
    ListRules,
    RestoreRule,
    RuleFound,
    RulesFound,
    SimulateRule,
    TimeLine,
)
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import arguments, body
from gateway.described import described

_DESK = (DESK,)


@api.get("/rules")
@signed_in()
@described(ListRules, answers=RulesFound, roles=_DESK)
def list_rules() -> Response:
    """Answer the rules of my desk."""
    return jsonify(ask("notify", "list_rules"))


@api.get("/rules/<rule>")
@signed_in()
@described(GetRule, answers=RuleFound, roles=_DESK)
def get_rule(rule: str) -> Response:
    """Answer one rule with all its versions."""
    return jsonify(ask("notify", "get_rule", {"rule": rule}))


@api.put("/rules/<rule>")
@signed_in()
@described(ChangeRule, answers=RuleFound, roles=_DESK, refuses=(409,))
def change_rule(rule: str) -> Response:
    """Change a rule for notes that come later; ladders under way keep theirs."""
    return jsonify(ask("notify", "change_rule", body(rule=rule)))


@api.post("/rules/<rule>/restoration")
@signed_in()
@described(RestoreRule, answers=RuleFound, roles=_DESK, refuses=(409,))
def restore_rule(rule: str) -> Response:
    """Let the shipped rule hold again."""
    return jsonify(ask("notify", "restore_rule", body(rule=rule)))


@api.get("/rules/<rule>/timeline")
@signed_in()
@described(SimulateRule(exclude=("content",)), answers=TimeLine, roles=_DESK)
def simulate_rule(rule: str) -> Response:
    """Answer what the ladder of a note that arrives `at` does when nobody answers."""
    return jsonify(ask("notify", "simulate_rule", arguments() | {"rule": rule}))
