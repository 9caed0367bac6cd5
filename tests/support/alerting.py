"""The alert rules and the dashboard, parsed: what they ask of `/metrics`."""

import json
import re
from typing import Any

import yaml

from tsunagi.vendor import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
RULES = MONITORING / "alerts.yml"
DASHBOARD = MONITORING / "grafana-tsunagi.json"

# What Prometheus itself knows of what it looks at.
OWN = {"up"}
_NO_NAMES = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\b(?:by|without) \([^)]*\)")
_NAME = re.compile(r"(?<![\w.])[a-z_][a-z0-9_]*(?!\w|\s*\()")
_OPERATORS = {"or", "and", "unless", "by", "without", "bool"}


def rules() -> list[dict[str, Any]]:
    """Return every alert rule."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def asked(expression: str) -> set[str]:
    """Return the names of the metrics that a PromQL expression asks for."""
    return set(_NAME.findall(_NO_NAMES.sub(" ", expression))) - _OPERATORS


def asked_by_rules() -> set[str]:
    """Return the metrics of all rules."""
    return {name for rule in rules() for name in asked(rule["expr"])} - OWN


def asked_by_dashboard() -> set[str]:
    """Return the metrics of all panels."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return {name for panel in panels for target in panel["targets"] for name in asked(target["expr"])}
