"""Where lists come from: publisher, licence and the line that the licence asks to be shown."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Dataset:
    """One published data set."""

    code: str
    title: str
    publisher: str
    licence: str
    attribution: str


CARE_SERVICES = Dataset(
    "mhlw_care_services",
    "介護サービス情報公表システム オープンデータ",
    "厚生労働省",
    "CC BY 4.0",
    "出典：「介護サービス情報公表システム」（厚生労働省）を加工して作成（CC BY 4.0）",
)
HOSPITALS = Dataset(
    "mhlw_medical_institutions",
    "医療情報ネット（ナビイ）オープンデータ",
    "厚生労働省",
    "公共データ利用規約（第1.0版）",
    "出典：「医療情報ネット（ナビイ）」（厚生労働省）を加工して作成（公共データ利用規約 第1.0版）",
)

_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)")


def date_in_name(file_name: str) -> date | None:
    """Return the date in a file's name (`…_20250601.csv`), or None."""
    if not (found := _DATE_IN_NAME.search(file_name)):
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
