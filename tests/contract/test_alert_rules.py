"""An alert says in both languages what is wrong, leads to what to do, and fires when it should."""

import re
import shutil
import subprocess

import pytest
import yaml

from tests.support.alerting import MONITORING, asked, rules
from tsunagi.parts import PROCESSES
from tsunagi.vendor import ROOT

HANDBOOK = "docs/operating.md"
CASES = ROOT / "tests" / "fixtures" / "monitoring" / "alerts.test.yml"
_FIRED = re.compile(r'alertname="(\w+)"')
_JAPANESE = re.compile(r"[ぁ-ヿ一-龯]")

with_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing: apt-get install prometheus"
)


def promtool(*words):
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def anchor(heading: str) -> str:
    """Return how a forge names a heading in an address."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_names_are_told_from_labels_functions_and_times():
    expression = 'sum by (queue) (rate(a_b_total{state=~"5.."}[5m])) / max(c_s) or absent(up{job="x"}) > 2e9'

    assert asked(expression) == {"a_b_total", "c_s", "up"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_speaks_both_languages_and_says_how_urgent_it_is(rule):
    assert _JAPANESE.search(rule["annotations"]["summary"])
    assert not _JAPANESE.search(rule["annotations"]["summary_en"])
    assert rule["labels"]["severity"] in ("page", "ticket")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_leads_to_a_part_of_the_handbook(rule):
    headings = re.findall(r"^#+ (.+)$", (ROOT / HANDBOOK).read_text(encoding="utf-8"), re.MULTILINE)
    document, _, wanted = rule["annotations"]["runbook"].partition("#")

    assert document == HANDBOOK
    assert wanted in {anchor(heading) for heading in headings}


def test_every_part_is_missed_when_it_is_gone():
    [missing] = [rule for rule in rules() if rule["alert"] == "PartMissing"]

    assert set(re.findall(r'part="(\w+)"', missing["expr"])) == set(PROCESSES)


@with_promtool
def test_prometheus_takes_the_rules_and_the_scrape_settings():
    code, said = promtool("check", "config", str(MONITORING / "prometheus.yml"))

    assert code == 0, said
    assert f"{len(rules())} rules found" in said


@with_promtool
def test_every_alert_fires_when_it_should_and_not_before():
    code, said = promtool("test", "rules", str(CASES))

    assert code == 0, said


def test_every_alert_has_a_case_in_which_it_fires():
    cases = yaml.safe_load(CASES.read_text(encoding="utf-8"))["tests"]
    expected = [each["exp_samples"] for case in cases for each in case["promql_expr_test"]]
    fired = {name for samples in expected for one in samples for name in _FIRED.findall(one["labels"])}

    assert fired == {rule["alert"] for rule in rules()}
