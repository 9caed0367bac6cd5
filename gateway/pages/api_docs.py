"""The API for people who write programs: the OpenAPI document as a page."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later
from markupsafe import Markup

from gateway import language, openapi, words
from gateway.ask import open_to_all
from gateway.pages.blueprint import pages

Shape = dict[str, Any]

SUBJECTS = {
    "sign_in": later("サインイン"),
    "second_factor": later("二段階認証"),
    "persons": later("本人と同意"),
    "stays": later("入院と退院"),
    "notes": later("退院情報を書く"),
    "handoffs": later("退院情報を送る、答える"),
    "inbox": later("受信箱"),
    "holding": later("事業所での対応"),
    "stream": later("お知らせの流れ"),
    "conferences": later("退院前カンファレンス"),
    "staff": later("職員と代わり"),
    "keys": later("鍵（API キー）"),
    "webhooks": later("お知らせ先（Webhook）"),
    "rules": later("連絡のきまり"),
    "channels": later("知らせる経路"),
    "wishes": later("知らせる時間"),
    "rota": later("当番表"),
    "unreached": later("誰にも届いていない"),
    "unanswered": later("返事のない連絡"),
    "faxes": later("FAX（送付状と返事）"),
    "statistics": later("連絡の実績"),
    "facilities": later("施設、事業所"),
    "records": later("閲覧の記録"),
    "operator": later("稼働状況"),
    "demo": later("練習用の時計"),
    "openapi": later("この説明"),
}
PLACES = {
    "path": later("パス"),
    "query": later("クエリ"),
    "header": later("ヘッダー"),
    "body": later("本文"),
}
_KINDS = {
    "string": later("文字列"),
    "integer": later("整数"),
    "number": later("数"),
    "boolean": later("真偽"),
    "object": later("オブジェクト"),
    "uuid": later("ID"),
    "date": later("日付"),
    "date-time": later("日時"),
    "email": later("メールアドレス"),
}
_LIMITS = {
    "minLength": later("%(value)s文字以上"),
    "maxLength": later("%(value)s文字まで"),
    "minimum": later("%(value)s以上"),
    "maximum": later("%(value)s以下"),
    "maxItems": later("%(value)s件まで"),
    "pattern": later("形 %(value)s"),
    "default": later("省くと %(value)s"),
}


@dataclass(frozen=True)
class Row:
    """One field: where it stands, of which kind it is, and the schema that the kind names, if any."""

    name: str
    place: str
    kind: str
    schema: str
    required: bool
    limits: list[str]


@pages.get("/api/docs")
@open_to_all
def api_docs() -> str:
    """Show every operation of the API, by subject."""
    kept = current_app.extensions
    name = f"api_docs.{language.present()}"
    if name not in kept:
        # Long, and the same for everybody who reads this language.
        kept[name] = Markup(_operations(openapi.document(current_app)))  # noqa: S704 - ours, escaped
    return render_template("api_docs.html", operations=kept[name])


def _operations(told: Shape) -> str:
    shapes = told["components"]["schemas"]
    operations = [
        _operation(method, path, operation, shapes)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    bodies = {one["body"] for one in operations}
    return render_template(
        "parts/api_operations.html",
        places=PLACES,
        subjects=[_subject(tag, operations) for tag in told["tags"]],
        schemas=[
            {"name": name, "description": shape["description"], "rows": _rows(shape)}
            for name, shape in sorted(shapes.items())
            if name not in bodies
        ],
    )


def _subject(tag: dict[str, str], operations: list[Shape]) -> Shape:
    own = [one for one in operations if one["subject"] == tag["name"]]
    return {**tag, "word": SUBJECTS[tag["name"]], "operations": own}


def _operation(method: str, path: str, told: Shape, shapes: dict[str, Shape]) -> Shape:
    body = told.get("requestBody", {"content": {}})["content"].get("application/json")
    of_body = _ref(body["schema"]) if body else ""
    rows = [
        _row(each["name"], each["in"], each["schema"], each.get("required")) for each in told["parameters"]
    ]
    return {
        "method": method.upper(),
        "path": path,
        "id": told["operationId"],
        "subject": told["tags"][0],
        "summary": told["summary"],
        "description": told["description"],
        "roles": told["x-roles"],
        "is_open": not any("session" in needs for needs in told["security"]),
        "scope": next((scope for needs in told["security"] for scope in needs.get("key", ())), ""),
        "needs_token": any("token" in needs for needs in told["security"]),
        "body": of_body,
        "rows": rows + (_rows(shapes[of_body]) if of_body else []),
        "answer": _answer(told["responses"]),
        "statuses": _statuses(told["responses"]),
    }


def _answer(responses: dict[str, Shape]) -> str:
    """Return the name of the schema of the answer, or nothing."""
    good = next(response for status, response in responses.items() if status.startswith("2"))
    return next((_ref(each["schema"]) for each in good.get("content", {}).values()), "")


def _statuses(responses: dict[str, Shape]) -> list[tuple[str, str]]:
    return [
        (status, _("できました") if status.startswith("2") else words.title(int(status)))
        for status in responses
        if status != "default"
    ]


def _rows(schema: Shape) -> list[Row]:
    required = schema.get("required", [])
    return [_row(name, "body", shape, name in required) for name, shape in schema["properties"].items()]


def _row(name: str, place: str, shape: Shape, required: bool | None) -> Row:
    inner = _inner(shape)
    return Row(name, place, _kind(shape), _ref(inner), bool(required), _limits(shape))


def _inner(shape: Shape) -> Shape:
    """Return the shape in the middle of lists and maps."""
    for name in ("items", "additionalProperties"):
        if shape.get(name):
            return _inner(shape[name])
    alternatives = [each for each in shape.get("anyOf", []) if each != {"type": "null"}]
    return _inner(alternatives[0]) if alternatives else shape


def _ref(shape: Shape) -> str:
    return str(shape.get("$ref", "")).rpartition("/")[2]


def _kind(shape: Shape) -> str:
    """Return what a value is in words; the name of a schema is left to the page."""
    if "items" in shape:
        return _("%(kind)s の並び", kind=_kind(shape["items"])).strip()
    kinds = shape.get("type", [])
    names = [kinds] if isinstance(kinds, str) else [name for name in kinds if name != "null"]
    if not names:
        return ""
    word = str(_KINDS.get(shape.get("format", names[0]), _KINDS[names[0]]))
    return _("%(kind)s か null", kind=word) if "null" in kinds else word


def _limits(shape: Shape) -> list[str]:
    codes = [str(code) for code in shape.get("enum", []) if code is not None]
    said = [" | ".join(codes).strip(" |")] if codes else []
    for name, sentence in _LIMITS.items():
        value = shape.get(name)
        if value is not None and value != "":
            said.append(str(sentence) % {"value": _plain(value)})
    return said


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
