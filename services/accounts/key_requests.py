"""The requests about API keys."""

from typing import Any

from sqlalchemy import Connection

from chassis.ids import new_id
from chassis.rpc import reads, writes
from chassis.service import Service
from contracts import keys as asks
from contracts.errors import NotFound
from services.accounts import domain, key_rules, letters, notices, queries
from services.accounts import key_queries as keys

Row = dict[str, Any]
_SHOWN = tuple(name for name in asks.ApiKey().fields if name != "state")


class KeyRequests(Service):
    """Keys by which an office's own system acts in somebody's name."""

    @reads("visitor", takes=asks.GetKey)
    def get_key(self, tx: Connection, request: Row) -> Row:
        """Tell whom a key acts for and what it may do."""
        key = key_rules.check_opens(keys.find(tx, request["key_hash"]), self.clock.now())
        acting = ("membership_id", "office_id", "office_name", "role", "municipality")
        return {
            "session": key_rules.session_name(key["key_id"]),
            "account_id": key["account_id"],
            "name": key["account_name"],
            "acting": {name: key[name] for name in acting},
            "scopes": key["scopes"],
            "expires_at": key["expires_at"],
        }

    @reads("*", takes=asks.ListKeys)
    def list_keys(self, tx: Connection, request: Row) -> Row:
        """Tell which keys there are."""
        caller, office_id = self.caller, self.caller.office_id or ""
        mine = None if domain.is_manager_of(caller, office_id) else caller.account_id
        return {"keys": [self._told_key(key) for key in keys.list_keys(tx, office_id, mine)]}

    @writes("office_manager", takes=asks.MakeKey, told_once=("secret",))
    def make_key(self, tx: Connection, request: Row) -> Row:
        """Make a key; it is told here and nowhere else."""
        now, office_id = self.clock.now(), self.caller.office_id or ""
        queries.lock_staffing(tx, office_id, self.caller.municipality)
        member = queries.get_member(tx, request["membership_id"])
        key_rules.check_may_make(self.caller, member, keys.count_open(tx, office_id, now))
        assert member is not None
        secret = key_rules.new_key()
        made = {
            "key_id": new_id(),
            "key_hash": key_rules.key_hash(secret),
            "begins": key_rules.beginning(secret),
            "membership_id": member["membership_id"],
            "office_id": office_id,
            "name": request["name"],
            "scopes": sorted(set(request["scopes"])),
            "made_by": self.caller.account_id,
            "made_at": now,
            "agreed_at": key_rules.agreed_at(self.caller, member, now),
            "expires_at": key_rules.ends_at(now, request["days"]),
        }
        keys.add(tx, made)
        notices.queue(tx, member["account_id"], letters.KEY_MADE, now)
        return {"key": self._key_changed(tx, str(made["key_id"]), "make"), "secret": secret}

    @writes("*", takes=asks.ChangeKey)
    def agree_to_key(self, tx: Connection, request: Row) -> Row:
        """Let a key act in one's own name from now on."""
        key = self._seen_key(tx, request["key_id"])
        key_rules.check_may_agree(self.caller, key, self.clock.now())
        keys.agree(tx, key["key_id"], self.clock.now())
        return self._key_changed(tx, key["key_id"], "agree")

    @writes("*", takes=asks.ChangeKey)
    def withdraw_key(self, tx: Connection, request: Row) -> Row:
        """Let a key open nothing any more, at once and everywhere."""
        key_id = self._seen_key(tx, request["key_id"])["key_id"]
        if keys.withdraw(tx, key_id, self.caller.account_id, self.clock.now()):
            self.tell_keys_out(tx, [key_id])
        return self._key_changed(tx, key_id, "withdraw")

    def tell_keys_out(self, tx: Connection, key_ids: list[str]) -> None:
        """Have every gateway forget its copies of these keys after the commit."""
        for key_id in key_ids:
            self.hints.send(tx, {"event": "key_withdrawn", "session": key_rules.session_name(key_id)})

    def _seen_key(self, tx: Connection, key_id: str) -> Row:
        key = keys.get(tx, key_id)
        if key is None or not key_rules.may_see(self.caller, key):
            raise NotFound("key")
        return key

    def _key_changed(self, tx: Connection, key_id: str, action: str) -> Row:
        self.audit.log(tx, action=action, kind="api_key", ids=[key_id])
        return self._told_key(self._seen_key(tx, key_id))

    def _told_key(self, key: Row) -> Row:
        return {name: key[name] for name in _SHOWN} | {"state": key_rules.state_of(key, self.clock.now())}
