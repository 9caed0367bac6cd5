"""One stack for all tests that need one."""

import os

import pytest

from tests.deploy.stack import Stack
from tsunagi.demo.containers import missing_images, why_not


@pytest.fixture(scope="package")
def stack(tmp_path_factory):
    """A demonstration that runs in containers. Skips with the reason, unless DEPLOY_TESTS=require."""
    reason = why_not()
    if not reason and (missing := missing_images()):
        reason = f"Images are missing: docker pull each of {' '.join(missing)}"
    if reason:
        (pytest.fail if os.environ.get("DEPLOY_TESTS") == "require" else pytest.skip)(reason)
    stack = Stack(tmp_path_factory.mktemp("containers"))
    try:
        stack.make()
        stack.up()
        yield stack
    except Exception:
        print(stack.logs())
        raise
    finally:
        stack.remove()


@pytest.fixture(autouse=True)
def logs_of_a_failure(request):
    """Show what the containers said when a test of theirs fails."""
    yield
    failed = getattr(request.node, "failed", False)
    if failed and "stack" in request.fixturenames:
        print(request.getfixturevalue("stack").logs())


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed
