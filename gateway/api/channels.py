"""By which channels I am told outside the open page."""

from flask import Response, jsonify

from contracts.channels import (
    AddDevice,
    Channel,
    ChannelsFound,
    Device,
    ListChannels,
    RemoveDevice,
    SetChannelOrder,
    TestChannel,
)
from gateway.api.blueprint import api
from gateway.ask import ask, signed_in
from gateway.bodies import body
from gateway.described import described

# Longer than notify waits for the mail server, or for the push services of five browsers.
PATIENCE_S = 30


@api.get("/channels")
@signed_in()
@described(ListChannels, answers=ChannelsFound)
def list_channels() -> Response:
    """Answer my channels, their order and how their last tests went."""
    return jsonify(ask("notify", "list_channels"))


@api.put("/channels/order")
@signed_in()
@described(SetChannelOrder, answers=ChannelsFound)
def set_channel_order() -> Response:
    """Have me told in this order from the next alert on."""
    return jsonify(ask("notify", "set_channel_order", body()))


@api.post("/channels/<channel>/test")
@signed_in()
@described(TestChannel, answers=Channel, keeps_key=False, refuses=(429,))
def test_channel(channel: str) -> Response:
    """Send me a test and answer what became of it."""
    return jsonify(ask("notify", "test_channel", body(channel=channel), timeout_s=PATIENCE_S))


@api.post("/devices")
@signed_in()
@described(AddDevice, answers=Device, status=201, refuses=(409,))
def add_device() -> tuple[Response, int]:
    """Have me told by push in this browser."""
    return jsonify(ask("notify", "add_device", body())), 201


@api.delete("/devices/<device_id>")
@signed_in()
@described(RemoveDevice)
def remove_device(device_id: str) -> Response:
    """Tell me there no more."""
    return jsonify(ask("notify", "remove_device", body(device_id=device_id)))
