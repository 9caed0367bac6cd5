"""By which channels I am told outside the open page."""

from flask import Response, jsonify

from contracts.channels import Channel, ChannelsFound, ListChannels, TestChannel
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described

# Longer than notify waits for the mail server.
PATIENCE_S = 25


@api.get("/channels")
@signed_in()
@described(ListChannels, answers=ChannelsFound)
def list_channels() -> Response:
    """Answer my channels and how their last tests went."""
    return jsonify(ask("notify", "list_channels"))


@api.post("/channels/<channel>/test")
@signed_in()
@described(TestChannel, answers=Channel, keeps_key=False, refuses=(429,))
def test_channel(channel: str) -> Response:
    """Send me a test and answer what became of it."""
    return jsonify(ask("notify", "test_channel", body(channel=channel), timeout_s=PATIENCE_S))
