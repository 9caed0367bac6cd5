"""The requests about the browsers in which the caller is told by push."""

import hashlib
import json
from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import ANY_STAFF, writes
from contracts.channels import DEVICES_AT_MOST, AddDevice, RemoveDevice
from contracts.errors import Conflict, Invalid, NotFound, Unavailable
from services.notify import push_keys
from services.notify.channel_requests import ChannelRequests, told
from services.notify.channels.addresses import parts_of
from services.notify.channels.push_cipher import are_keys
from services.notify.closing import ring_in
from services.notify.queries import devices

Row = dict[str, Any]
_SHOWN = ("browser", "system", "language")
_ADDRESS = ("endpoint", "p256dh", "auth")


class DeviceRequests(ChannelRequests):
    """Browsers of the caller."""

    @writes(ANY_STAFF, takes=AddDevice)
    def add_device(self, tx: Connection, request: Row) -> Row:
        """Tell the caller in this browser from now on."""
        self._check_browser(request)
        ring = ring_in(self.settings)
        if ring is None:
            raise Unavailable("address_keys")
        device_id, name = new_id(), hashlib.sha256(request["endpoint"].encode()).hexdigest()
        others = [row for row in devices.list_of(tx, self._me) if row.endpoint_hash != name]
        if len(others) >= DEVICES_AT_MOST:
            raise Conflict("too_many_devices")
        address = json.dumps({part: request[part] for part in _ADDRESS})
        made = {
            "device_id": device_id,
            "account_id": self._me,
            "endpoint_hash": name,
            "closed": ring.close(address, device_id),
            "closed_with": ring.name,
            "key_id": push_keys.present(tx, ring).key_id,
            "added_at": self.clock.now(),
            **{part: request[part] for part in _SHOWN},
        }
        devices.save(tx, made)
        self.audit.log(tx, action="add", kind="device", ids=[device_id])
        return next(told(row) for row in devices.list_of(tx, self._me) if row.device_id == device_id)

    def _check_browser(self, request: Row) -> None:
        try:
            parts_of(request["endpoint"], may_be_near=self.settings.may_move_clock)
        except Invalid as error:
            raise Invalid("invalid", {"endpoint": error.fields["url"]}) from error
        if not are_keys(request["p256dh"], request["auth"]):
            raise Invalid("invalid", {"p256dh": ["not_valid"]})

    @writes(ANY_STAFF, takes=RemoveDevice)
    def remove_device(self, tx: Connection, request: Row) -> Row:
        """Tell the caller there no more."""
        if not devices.remove(tx, self._me, request["device_id"]):
            raise NotFound("device")
        self.audit.log(tx, action="remove", kind="device", ids=[request["device_id"]])
        return {}
