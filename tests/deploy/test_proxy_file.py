"""What the proxy's file promises of its log, read from the file: no proxy needed."""

import re

import pytest

from tests.deploy.files import ROOT

TEXT = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/invitation/7K3Q-ABCD-EFGH-JKMN", "/invitation/…"),
        ("/invitation/7K3Q?from=mail", "/invitation/…"),
        ("/h/K4M7-2PX", "/h/…"),
        ("/r/Zm9vYmFy_-x", "/r/…"),
        ("/search?text=千代", "/search…"),
        ("/handoffs/0197/print", "/handoffs/0197/print"),
    ],
)
def test_the_log_holds_no_code_and_nothing_that_was_searched(address: str, logged: str) -> None:
    found = re.search(r'request>uri regexp "(.*?)" "(.*?)"', TEXT)
    assert found
    pattern, instead = found[1], found[2].replace("$1", r"\g<1>")

    assert re.sub(pattern, instead, address) == logged


def test_requests_and_faults_are_logged_alike() -> None:
    logs = re.findall(r"^\t(?:\t)?log[^{\n]*\{(.*?)^\t(?:\t)?\}", TEXT, re.MULTILINE | re.DOTALL)

    assert ["import nameless" in log for log in logs] == [True, True]
    assert TEXT.count("request>headers delete") == 1
