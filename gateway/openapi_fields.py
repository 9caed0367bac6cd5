"""What single fields ask for, in the words of JSON Schema: what apispec cannot know of our own types."""

from typing import Any

from marshmallow import fields

from contracts.fields import Content, Id, MunicipalityCode, Text, TimeOfDay


def own_limits(self: Any, field: fields.Field, ret: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Say what the fields of `contracts.fields` ask for, and write patterns as JSON Schema reads them.

    An attribute function of apispec's converter: `ret` is what the others have said of the field.
    """
    if isinstance(field, Content):
        ret.pop("type", None)
        ret.pop("additionalProperties", None)
        sheet = {"$ref": f"#/components/schemas/{field.form}"}
        return {"anyOf": [sheet, {"type": "null"}]} if field.allow_none else sheet
    if isinstance(field, Id):
        return {"format": "uuid"}
    if isinstance(field, TimeOfDay):
        return {"pattern": r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"}
    if isinstance(field, MunicipalityCode):
        return {"pattern": r"^\d{6}$"}
    if isinstance(field, Text) and field.required:
        return {"minLength": 1}
    if "pattern" in ret:
        return {"pattern": ret["pattern"].replace(r"\A", "^").replace(r"\Z", "$")}
    return {}
