"""The access log, for the auditor of a municipality."""

from typing import Any

from sqlalchemy import Connection

from chassis.rpc import reads
from contracts.sharing import ListAccesses
from services.sharing.domain.receivers import desk_areas
from services.sharing.queries import accesses
from services.sharing.service.base import SharingBase

PAGE = 100


class Accesses(SharingBase):
    """Who has read or written what."""

    @reads("auditor", takes=ListAccesses)
    def list_accesses(self, tx: Connection, request: dict[str, Any]) -> dict[str, Any]:
        """Return accesses by the offices of the auditor's municipality; reading them is an access, too."""
        mine = self.caller.municipality
        areas = [code for code in accesses.known_municipalities(tx) if mine in desk_areas(code)]
        rows = accesses.list_accesses(tx, areas, request["page"], PAGE)
        sealed_until, unsealed = accesses.sealing(tx)
        self.audit.log(tx, action="list", kind="access", ids=[row["id"] for row in rows])
        return {
            "accesses": [dict(row) for row in rows],
            "page_size": PAGE,
            "sealed_until": sealed_until,
            "unsealed": unsealed,
        }
