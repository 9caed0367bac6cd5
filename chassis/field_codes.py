"""What is wrong with a request's fields, as codes: marshmallow speaks in sentences, answers do not."""

from typing import Any

CODES = {
    "Missing data for required field.": "required",
    "Field may not be null.": "required",
    "Unknown field.": "unknown_field",
    "Not a valid string.": "not_text",
    "Not a valid integer.": "not_a_number",
    "Not a valid number.": "not_a_number",
    "Not a valid boolean.": "not_yes_or_no",
    "Not a valid date.": "not_a_date",
    "Not a valid datetime.": "not_a_moment",
    "Not a valid aware datetime.": "needs_time_zone",
    "Not a valid email address.": "not_an_email",
    "Not a valid list.": "not_a_list",
    "Not a valid mapping type.": "not_an_object",
    "Invalid input type.": "not_an_object",
}


def flat(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages as {"a.b.0": [codes]}; its own sentences become codes."""
    if isinstance(messages, dict):
        found: dict[str, list[str]] = {}
        for key, inner in messages.items():
            name = path if key == "_schema" else f"{path}.{key}".lstrip(".")
            for inner_path, codes in flat(inner, name).items():
                found.setdefault(inner_path, []).extend(codes)
        return found
    items = messages if isinstance(messages, list) else [messages]
    return {path: [code(str(item)) for item in items]}


def code(message: str) -> str:
    """Return the short code of a marshmallow message; our own messages are codes already."""
    if message in CODES:
        return CODES[message]
    if message.startswith("Must be one of"):
        return "not_a_choice"
    if message.startswith(("Longer than", "Length must be", "Shorter than")):
        return "too_long" if "Longer" in message or "Length" in message else "too_short"
    if message.startswith("Must be"):
        return "out_of_range"
    return message if message.replace("_", "").isalnum() and " " not in message else "not_valid"
