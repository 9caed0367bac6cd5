"""The document at `/api/openapi.json`, read so strictly that whatever it does not say is found."""

import copy
import re
from typing import Any

import requests
import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.people import password_of
from tests.support.stack import Stack
from tsunagi.client import Client

# What HTTP itself refuses is the same at every address, and the document says it once, as `default`.
OF_HTTP = (405, 413, 415)
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with no way out: a status has to be listed, and a field of an answer described."""
    told = copy.deepcopy(document)
    for shape in told["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
    for operations in told["paths"].values():
        for operation in operations.values():
            other = operation["responses"].pop("default")
            operation["responses"] |= {str(status): other for status in OF_HTTP}
    return told


def load(stack: Stack) -> Any:
    """Return the strict document of a running gateway, as Schemathesis has it."""
    document = requests.get(f"{stack.url}/api/openapi.json", timeout=30).json()
    schema = schemathesis.openapi.from_dict(strict(document))
    schema.config.update(base_url=stack.url)
    return schema


class Witness:
    """Holds every answer that its clients get against the document, and keeps who was answered well."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self.successes: set[str] = set()
        self.faults: list[str] = []

    def sign_in(self, stack: Stack, login: str) -> Client:
        """Return somebody's client; everything that it is answered is looked at."""
        client = Client(stack.url)
        client._http.hooks["response"].append(self._look)
        return client.sign_in(login, password_of(stack, login))

    def _look(self, answer: requests.Response, **how: Any) -> None:
        asked = answer.request
        assert asked.method
        assert asked.url
        if answer.headers["Content-Type"].startswith("text/event-stream"):
            # It has no end; what it says is no JSON that a schema could describe.
            self.successes.add("GET /api/stream")
            return
        operation = self._schema.find_operation_by_path(asked.method, requests.utils.urlparse(asked.url).path)
        named = dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "-")
        case = operation.Case(method=asked.method, path_parameters=named)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as found:
            self.faults += [f"{operation.label}: {told(each)}" for each in found.exceptions]
        if answer.ok:
            self.successes.add(operation.label)


def operations(schema: Any) -> list[Any]:
    """Return every operation of the document."""
    return [found.ok() for found in schema.get_all_operations()]


def told(found: BaseException) -> str:
    """Return what a check found, without the document's part and the whole answer."""
    return str(found).partition("\n\nSchema")[0].replace("\n", " ")
