"""介護サービス情報公表システム オープンデータ, `jigyosho_NNN.csv` (17 and 24 columns).

The key is (事業所番号, サービスの種類). A file holds one service, whose code is in its name.
"""

import re

from services.directory import service_codes
from services.directory.importers import sources
from services.directory.importers.record import Cells, Record, Refused
from services.directory.municipalities import by_code, code_in_address, complete_code

DATASET = sources.CARE_SERVICES
FIELDS = {
    "municipality": ("都道府県コード又は市町村コード", "市区町村コード", "全国地方公共団体コード"),
    "prefecture": ("都道府県名",),
    "municipality_name": ("市区町村名",),
    "name": ("事業所名", "介護サービス事業所名称"),
    "kana": ("事業所名カナ", "介護サービス事業所名称_カナ"),
    "service": ("サービスの種類", "実施サービス"),
    "address": ("住所",),
    "building": ("方書（ビル名等）", "方書"),
    "latitude": ("緯度",),
    "longitude": ("経度",),
    "phone": ("電話番号",),
    "fax": ("FAX番号",),
    "corporate_number": ("法人番号",),
    "corporation": ("法人の名称",),
    "number": ("事業所番号",),
    "open_days": ("利用可能曜日",),
    "open_days_note": ("利用可能曜日特記事項",),
    "capacity": ("定員",),
    "url": ("URL",),
    "shared_with_disability": ("高齢者の方と障害者の方が同時一体的に利用できるサービス",),
    "meets_care_standard": ("介護保険の通常の指定基準を満たしている",),
    "meets_disability_standard": ("障害福祉の通常の指定基準を満たしている",),
    "remarks": ("備考",),
}
REQUIRED = ("name", "service", "number")
_DETAILS = (
    "corporate_number",
    "corporation",
    "open_days",
    "open_days_note",
    "shared_with_disability",
    "meets_care_standard",
    "meets_disability_standard",
    "remarks",
)
_CODE_IN_NAME = re.compile(r"(?:jigyosho_|^)(\d{3})(?!\d)")


def record(cells: Cells, file_name: str) -> Record:
    """Return what one row says. Raises Refused."""
    municipality = _municipality(cells)
    service = _service(cells, file_name)
    found = Record("care", _number(cells, municipality), service, "care_office")
    found.values = {
        "name": cells.needed("name"),
        **cells.texts("kana", "municipality_name", "address", "building"),
        "municipality": municipality,
        **cells.phones("phone", "fax"),
        **cells.links("url"),
        **cells.position(municipality),
    }
    found.details = {**cells.texts(*_DETAILS), **_capacity(cells)}
    found.original, found.problems = cells.original, cells.problems
    return found


def _service(cells: Cells, file_name: str) -> str:
    name = cells.needed("service")
    if code := service_codes.code_of(name):
        return code
    in_name = _CODE_IN_NAME.search(file_name)
    if not in_name or in_name[1] not in service_codes.names():
        raise Refused(cells.names["service"], name, "service_unknown")
    cells.note("service", "service_name_unknown", "kept", in_name[1])
    return in_name[1]


def _number(cells: Cells, municipality: str) -> str:
    """Only a number that is one digit short has lost its zero: 10 characters are the rule."""
    short = len(cells.text("number")) == 9
    return cells.number("number", municipality[:2] if short else "")


def _municipality(cells: Cells) -> str:
    written = cells.text("municipality")
    code = complete_code(written)
    if not code:
        code = code_in_address(cells.text("prefecture") + cells.text("municipality_name"))
        code = code or code_in_address(cells.text("address"))
        cells.note("municipality", "municipality_code_wrong", "restored" if code else "kept", code)
    elif code != written:
        cells.note("municipality", "municipality_zero_restored", "restored", code)
    if code and code not in by_code():
        cells.note("municipality", "municipality_unknown")
    return code


def _capacity(cells: Cells) -> dict[str, int | None]:
    """Return the places; 0 and an empty cell both mean that nobody said."""
    if "capacity" not in cells:
        return {}
    text = cells.text("capacity")
    if text and not text.isdecimal():
        cells.note("capacity", "not_a_number")
        cells.original["capacity"] = text
        return {"capacity": None}
    return {"capacity": int(text or 0) or None}
