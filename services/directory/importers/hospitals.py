"""医療情報ネット（ナビイ） facility files: 65 columns as published, 7 as passed on after a spreadsheet.

The flags for closing days are kept as written: published rows use `0` and `1` both ways round, so no
hours are made of them.
"""

from services.directory.importers import sources
from services.directory.importers.record import Cells, Record, Refused
from services.directory.municipalities import by_code, code_in_address, code_of_parts

DATASET = sources.HOSPITALS
_WEEKDAYS = "月火水木金土日"
_CLOSED_WEEKLY = {f"closed_weekly_{day}": (f"毎週決まった曜日に休診（{day}）",) for day in _WEEKDAYS}
_BEDS = {
    "beds_general": ("一般病床",),
    "beds_long_term": ("療養病床",),
    "beds_psychiatric": ("精神病床",),
    "beds_tuberculosis": ("結核病床",),
    "beds_infectious": ("感染症病床",),
    "beds_total": ("合計病床数",),
}
FIELDS = {
    "number": ("ID",),
    "name": ("正式名称", "名称"),
    "kana": ("正式名称（フリガナ）", "フリガナ"),
    "short_name": ("略称",),
    "english_name": ("英語表記（ローマ字表記）",),
    "kind": ("機関区分",),
    "prefecture": ("都道府県コード",),
    "municipality": ("市区町村コード",),
    "address": ("所在地",),
    "latitude": ("所在地座標（緯度）",),
    "longitude": ("所在地座標（経度）",),
    "url": ("案内用ホームページアドレス", "薬局のホームページアドレス"),
    **_CLOSED_WEEKLY,
    "closed_on_holidays": ("祝日に休診",),
    "closed_otherwise": ("その他の休診日（gw、お盆等）",),
    **_BEDS,
}
REQUIRED = ("number", "name", "address")
_DETAILS = ("short_name", "english_name", *_CLOSED_WEEKLY, "closed_on_holidays", "closed_otherwise", *_BEDS)
_KINDS = {"1": "hospital", "2": "clinic", "3": "dental", "5": "pharmacy"}
_FILES = {"01": "hospital", "02": "clinic", "03": "dental", "05": "pharmacy"}


def record(cells: Cells, file_name: str) -> Record:
    """Return what one row says. Raises Refused."""
    municipality = _municipality(cells)
    kind = _kind(cells, file_name)
    found = Record("medical", cells.number("number", municipality[:2]), kind, kind)
    found.values = {
        "name": cells.needed("name"),
        **cells.texts("kana", "address"),
        "municipality": municipality,
        "municipality_name": by_code()[municipality].name if municipality else "",
        **cells.links("url"),
        **cells.position(municipality),
    }
    found.details = cells.texts(*_DETAILS)
    found.original, found.problems = cells.original, cells.problems
    return found


def _kind(cells: Cells, file_name: str) -> str:
    written = cells.text("kind")
    kind = _KINDS.get(written) if written else _FILES.get(file_name[:2])
    if not kind:
        raise Refused(cells.names.get("kind", "機関区分"), written, "kind_unknown")
    return kind


def _municipality(cells: Cells) -> str:
    """Return the code by its columns, else by the address; "" when neither tells."""
    code = code_of_parts(cells.text("prefecture"), cells.text("municipality"))
    in_address = code_in_address(cells.text("address"))
    if by_code().get(in_address) and by_code()[in_address].designated_city == code:
        return in_address
    if not code and not in_address:
        cells.note("address", "municipality_unknown")
    return code or in_address
