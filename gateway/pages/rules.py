"""連絡のきまり: whom a note asks in which order, and how long each has. The desk changes it here."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from contracts.errors import NotFound
from contracts.rules import CLOCK, OFFICE, RULES, TARGETS
from gateway.ask import ask, caller, signed_in
from gateway.pages import labels, rule_form, rule_line
from gateway.pages.blueprint import pages
from gateway.pages.filters import now
from gateway.pages.submitting import Outcome, submit
from gateway.parts import parts

Row = dict[str, Any]


@pages.get("/desk/rules")
@signed_in("desk")
def rules() -> str:
    """Show what holds, for each kind of note."""
    return render_template("rules.html", rules=ask("notify", "list_rules")["rules"])


@pages.get("/desk/rules/<name>")
@signed_in("desk")
def rule(name: str) -> str:
    """Show one rule to be changed, its time line for an arrival, and what it was before."""
    found = _find(name)
    content = {key: found["rule"][key] for key in ("rungs", "remind_desk")}
    drawn = _drawn(name, content)
    return _page(found, found["rule"]["rungs"], found["rule"], drawn, drawn.wrong, "")


@pages.post("/desk/rules/<name>")
@signed_in("desk")
def change_rule(name: str) -> Response | tuple[str, int] | str:
    """Do what was pressed: draw the line, add or remove a rung, or keep the rule."""
    found, do = _find(name), request.form.get("do", "show")
    rungs = rule_form.arranged(rule_form.rungs_of(request.form), do)
    content = rule_form.content_of(request.form, rungs)
    if do != "save":
        drawn = _drawn(name, content)
        # While rungs are put together they are not complete yet: nobody is told before asking.
        wrong = drawn.wrong if do == "show" else {}
        return _page(found, rungs, request.form, drawn, wrong, ""), drawn.status if wrong else 200
    outcome = _save(name, content)
    if outcome.answer is None:
        wrong = rule_form.at_fields(outcome.wrong)
        drawn = _drawn(name, content)
        return _page(found, rungs, request.form, drawn, wrong, outcome.refused), outcome.status
    flash(
        _("きまりを記録しました。これから届く連絡に使います。いま進んでいる連絡は、前のきまりのままです。"),
        "ok",
    )
    return redirect(url_for("pages.rule", name=name), 303)


def _save(name: str, content: Row) -> Outcome:
    version = request.form.get("version", "")
    given = content | {"rule": name, "version": int(version) if version.isdigit() else version}
    given["valid_from"] = rule_form.valid_from_of(request.form)
    return submit("notify", "change_rule", given)


@pages.post("/desk/rules/<name>/restoration")
@signed_in("desk")
def restore_rule(name: str) -> Response:
    """Let the shipped rule hold again."""
    version = request.form.get("version", "")
    given = {"rule": name, "version": int(version) if version.isdigit() else version}
    outcome = submit("notify", "restore_rule", given)
    told = _("はじめのきまりに戻しました。これから届く連絡に使います。")
    flash(outcome.refused or told, "warn" if outcome.refused else "ok")
    return redirect(url_for("pages.rule", name=name), 303)


def _find(name: str) -> Row:
    if name not in RULES:
        raise NotFound("rule")
    return ask("notify", "get_rule", {"rule": name})


def _drawn(name: str, content: Row) -> Outcome:
    """Return the time line of these rungs for the arrival and office that were chosen, or what is wrong."""
    _day, _time, at = rule_form.arrival_of(request.values, now())
    asked = {"rule": name, "content": content, "at": at, "office_id": request.values.get("office_id") or None}
    outcome = submit("notify", "simulate_rule", asked)
    return Outcome(outcome.answer, rule_form.at_fields(outcome.wrong), outcome.refused)


def _page(
    found: Row, rungs: list[Row], values: Any, drawn: Outcome, wrong: dict[str, list[str]], refused: str
) -> str:
    day, time, _at = rule_form.arrival_of(request.values, now())
    line = drawn.answer
    return render_template(
        "rule.html",
        found=found,
        rule=found["rule"],
        rungs=rungs,
        rule_targets=[(target, str(labels.RUNGS[target])) for target in TARGETS],
        rule_units=[(OFFICE, _("営業時間で")), (CLOCK, _("時計どおり（夜も休みの日も進む）"))],
        most_rungs=rule_form.MOST_RUNGS,
        values=values,
        outcome=Outcome(wrong=wrong, refused=refused),
        arrival={"day": day, "time": time, "office_id": request.values.get("office_id", "")},
        offices=rule_line.offices(caller().municipality),
        steps=rule_line.steps(line) if line else [],
        days=rule_line.days(line) if line else [],
        names=parts().names.people({each["changed_by"] for each in found["history"]}),
    )
