"""The API's document and its page, as they are served."""

import re

from flask import Flask
from flask.testing import FlaskClient

from gateway import openapi
from gateway.pages.api_docs import SUBJECTS
from tests.unit.gateway.conftest import Client


def test_the_document_is_served_to_everybody(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/openapi.json")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["components"]["securitySchemes"]["session"]["name"] == "tsunagi_session"


def test_the_page_shows_every_operation_with_its_summary(app: Flask, visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs").text

    for route in openapi.routes(app):
        assert f'id="op-{route.name}"' in page
        assert f"{route.method} {route.path}" in page


def test_the_page_shows_fields_with_kind_need_and_limits(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs").text

    rows = page.partition('id="op-decline_handoff"')[2].partition("</table>")[0]
    shown = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows.split('<tr role="row">')[2:]]
    assert shown[0] == "handoff_id パス ID 必須 —"
    assert shown[2:] == [
        "reason 本文 文字列 必須 full | area | person | other",
        "words 本文 文字列 — 400文字まで",
    ]


def test_every_subject_has_a_heading(app: Flask) -> None:
    assert {route.subject for route in openapi.routes(app)} == set(SUBJECTS)


def test_every_link_of_the_page_leads_to_a_place_on_it(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs").text

    ids = re.findall(r' id="([^"]+)"', page)
    assert set(re.findall(r'href="#([^"]+)"', page)) - set(ids) == set()
    assert len(ids) == len(set(ids))


def test_the_page_needs_nothing_that_the_policy_forbids(visitor: FlaskClient) -> None:
    page = visitor.get("/api/docs").text

    assert re.findall(r"<script|<style| style=| on\w+=|https?://(?!www\.w3\.org)", page) == []


def test_the_page_is_framed_for_its_reader(aoki: Client, visitor: FlaskClient) -> None:
    visitor.get("/api/docs")

    assert "Aoki" in aoki.get("/api/docs").text
    assert "Aoki" not in visitor.get("/api/docs").text
