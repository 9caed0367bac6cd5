"""Sends the spans of this process to an OpenTelemetry collector (ADR 26).

The library is imported only where `TSUNAGI_TRACES_URL` is set. It is used for its batches and its wire
format; which span belongs where is known by `chassis.trace` already.
"""

import logging
from typing import Any

from chassis import trace
from chassis.config import BadSettings, Settings
from chassis.version import VERSION

logger = logging.getLogger(__name__)

_TIMEOUT_S = 5
_PAUSE_MS = 2_000


def set_up(settings: Settings) -> None:
    """Record from now on, if the settings say where to. Raises BadSettings when the library is missing."""
    if not settings.traces_url:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise BadSettings(
            "TSUNAGI_TRACES_URL is set and OpenTelemetry is not installed:"
            " run `python -m tsunagi.prepare .venv --traces`"
        ) from error
    # What the library says of a collector that is away repeats its address.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    resource = Resource(
        {"service.namespace": "tsunagi", "service.name": settings.service, "service.version": VERSION}
    )
    exporter = OTLPSpanExporter(endpoint=settings.traces_url, timeout=_TIMEOUT_S)
    batches = BatchSpanProcessor(exporter, schedule_delay_millis=_PAUSE_MS)
    trace.record_with(lambda span: batches.on_end(_as_known_there(span, resource)))
    logger.info("traces_on")


def _as_known_there(span: trace.Span, resource: Any) -> Any:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import Link, SpanKind
    from opentelemetry.trace.status import Status, StatusCode

    attributes = span.attributes | ({"error.type": span.error} if span.error else {})
    return ReadableSpan(
        name=span.name,
        context=_place(span.traceparent),
        parent=_place(span.parent),
        resource=resource,
        attributes=attributes,
        links=[Link(place) for link in span.links if (place := _place(link))],
        kind=SpanKind[span.kind.upper()],
        status=Status(StatusCode.ERROR) if span.error else Status(StatusCode.UNSET),
        start_time=span.started_ns,
        end_time=span.ended_ns,
    )


def _place(traceparent: str) -> Any:
    """Return a place in a trace as OpenTelemetry has it, or None for an empty text."""
    from opentelemetry.trace import SpanContext, TraceFlags

    parts = traceparent.split("-")
    if len(parts) != 4:
        return None
    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(parts[1], 16), int(parts[2], 16), is_remote=True, trace_flags=sampled)
