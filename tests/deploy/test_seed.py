"""The maker of the fictional city refuses where it does not belong."""

import os
import subprocess
import sys

import pytest

from tests.deploy.files import ROOT


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"TSUNAGI_INSTANCE": "real"}, "TSUNAGI_INSTANCE"),
        ({"TSUNAGI_INSTANCE": "demo", "HTTPS_BIND": "0.0.0.0"}, "HTTPS_BIND"),
        ({"TSUNAGI_INSTANCE": "demo", "HTTPS_BIND": "192.168.1.5"}, "HTTPS_BIND"),
    ],
)
def test_a_real_or_an_open_instance_gets_no_fictional_city(settings, words, tmp_path):
    command = [sys.executable, str(ROOT / "deploy" / "seed.py"), str(tmp_path)]

    refused = subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )

    assert refused.returncode == 1
    assert words in refused.stderr
    assert list(tmp_path.iterdir()) == []
