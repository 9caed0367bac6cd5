"""Brokers that are new enough, and those that are not."""

import pytest

from chassis import broker_version
from chassis.broker_version import BrokerTooOld
from tsunagi.complaints import spoken


@pytest.mark.parametrize("version", ["3.10.0", "3.10.8", "3.13.7", "4.0.5", "4.1.0-rc.1", "", "unknown"])
def test_what_is_new_enough_or_does_not_tell_is_taken(version):
    broker_version.check({"version": version})


@pytest.mark.parametrize("version", ["3.9.29", "3.8.0", "2.8.7", "3.9.0+beta.3"])
def test_what_is_older_is_refused(version):
    with pytest.raises(BrokerTooOld, match=r"needs 3\.10 or later"):
        broker_version.check({"version": version})


def test_the_refusal_is_one_sentence_and_no_traceback(capsys):
    with pytest.raises(SystemExit), spoken():
        broker_version.check({"version": "3.9.13"})

    assert capsys.readouterr().err.startswith("RabbitMQ is 3.9.13; Tsunagi needs 3.10 or later")
