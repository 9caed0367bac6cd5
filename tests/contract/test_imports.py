"""Who may import whom (ARCHITECTURE.md). The rule is held by reading every import in the tree."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("contracts", "chassis", "services", "gateway", "tsunagi", "tests")
BROKER_LIBRARIES = ("nameko", "kombu", "amqp", "eventlet")
SERVICES = ("accounts", "directory", "sharing", "events", "notify")


def modules_under(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def imports_of(path: Path) -> frozenset[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return frozenset(found)


def breaches(folder: str, allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_under(folder)
        for name in sorted(imports_of(path))
        if name.split(".")[0] in OURS and not name.startswith(allowed)
    ]


def test_contracts_import_only_themselves():
    assert breaches("contracts", ("contracts",)) == []


def test_contracts_need_no_library_but_marshmallow():
    known = {"marshmallow", "contracts"}
    standard = __import__("sys").stdlib_module_names
    outside = {name.split(".")[0] for path in modules_under("contracts") for name in imports_of(path)} - set(
        standard
    )

    assert outside <= known


def test_chassis_knows_no_service():
    assert breaches("chassis", ("contracts", "chassis")) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other_service(service):
    own = f"services.{service}"

    assert breaches(f"services/{service}", ("contracts", "chassis", own)) == []


def test_the_gateway_imports_no_service():
    assert breaches("gateway", ("contracts", "chassis", "gateway")) == []


@pytest.mark.parametrize("folder", ["services", "gateway"])
def test_only_the_chassis_knows_the_broker_library(folder):
    allowed_in_gateway = {"eventlet"} if folder == "gateway" else set()
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_under(folder)
        for name in sorted(imports_of(path))
        if name.split(".")[0] in set(BROKER_LIBRARIES) - allowed_in_gateway
    ]

    assert found == []
