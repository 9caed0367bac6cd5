"""A collector of traces: takes OTLP by HTTP as an OpenTelemetry collector does, and keeps the spans.

Called as a program, as in a container, it prints each span as a line of JSON instead.
"""

import gzip
import json
import threading
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Told


@dataclass(frozen=True)
class Collected:
    """A span as it arrived."""

    service: str
    name: str
    kind: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]
    is_failed: bool
    took_ns: int


class Collector:
    """Listens, by default on a port of its own."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.spans: list[Collected] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.take(_spans(body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                return None

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True

    def start(self) -> "Collector":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def take(self, spans: list[Collected]) -> None:
        """Keep what has arrived."""
        self.spans.extend(spans)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"

    def trace_of(self, name: str) -> list[Collected]:
        """Return all spans of the newest trace in which there is one with this name."""
        roots = [span.trace for span in self.spans if span.name == name]
        return [span for span in list(self.spans) if roots and span.trace == roots[-1]]


def _spans(body: bytes) -> list[Collected]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        _collected(_texts(resource.resource.attributes)["service.name"], span)
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _collected(service: str, span: Told) -> Collected:
    return Collected(
        service=service,
        name=span.name,
        kind=Told.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        attributes=_texts(span.attributes),
        is_failed=span.status.code == 2,
        took_ns=span.end_time_unix_nano - span.start_time_unix_nano,
    )


def _texts(attributes: object) -> dict[str, str]:
    return {one.key: one.value.string_value or str(one.value.int_value) for one in attributes}  # type: ignore[attr-defined]


class Printing(Collector):
    """Prints what it takes."""

    def take(self, spans: list[Collected]) -> None:
        for span in spans:
            print(json.dumps(asdict(span)), flush=True)


if __name__ == "__main__":
    Printing("0.0.0.0", 4318)._server.serve_forever()
