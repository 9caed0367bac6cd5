"""No sentence for people stands outside the catalogue: not in a template, a module or a script."""

from tests.support import sentences
from tsunagi.vendor import ROOT

GATEWAY = ROOT / "gateway"

TEMPLATES = {
    # Readings over kanji, for Japanese readers alone; English has a heading of its own beside it.
    "templates/search.html": ["医療", "いりょう", "・", "介護", "かいご", "をさがす"],
}
_ERAS = ["令和", "平成", "昭和", "大正", "明治"]
MODULES = {
    # The Japanese way to write days; English has a file of its own.
    "pages/dates.py": [
        *("月火水木金土日", *_ERAS, "元", "年", "年", "・祝", "月", "日", "（", "）", "（", "）"),
        *("日", "時間", "分"),
    ],
    # What people type: names of eras, and what stands between the numbers.
    "pages/typed_days.py": [
        *_ERAS,
        r"\s*[年月./\-−ー・]\s*",
        r")?\s*(?P<year>\d{1,4}|元)",
        r"(?P<day>\d\d?)日?",
        "元",
    ],
    # Letters, not words: the ends of the katakana, and a comma that people type.
    "pages/filters.py": ["ァ", "ヶ"],
    "pages/hours.py": [r"[\s,、]+"],
    # Offices that there are not, in the samples of texts.
    "pages/texts.py": [
        "架空総合病院",
        "架空市 在宅医療・介護連携支援センター",
        "架空ケアプランセンター",
        "架空総合病院",
    ],
    # A language names itself.
    "language.py": ["日本語"],
    # The title of documents for programs, which have no language.
    "asyncapi.py": ["つなぎ Tsunagi"],
    "openapi.py": ["つなぎ Tsunagi"],
}


def test_templates_say_everything_by_the_catalogue() -> None:
    found = sentences.found(GATEWAY, "templates/**/*.html")

    assert {name: bare(texts, TEMPLATES.get(name, [])) for name, texts in found.items()} == {
        name: "" for name in TEMPLATES
    }


def bare(texts: list[str], allowed: list[str]) -> str:
    """Return the Japanese of these texts without what is allowed."""
    left = "".join("".join(sentences.RUN.findall(text)) for text in texts)
    for text in allowed:
        left = left.replace(text, "", 1)
    return left.replace("（", "").replace("）", "") if allowed else left


def test_modules_say_everything_by_the_catalogue() -> None:
    assert sentences.found(GATEWAY, "**/*.py") == MODULES


def test_scripts_have_no_words_of_their_own() -> None:
    assert sentences.found(GATEWAY, "static/js/*.js") == {}


def test_a_sentence_outside_the_catalogue_is_found() -> None:
    template = (
        '<p title="題">{{ _("訳") }}{{ "字" }}{{ _("%(a)s", a="値") }}</p>'
        '{% if x == "比" %}文{% endif %}{# 注 #}'
    )
    module = '"""説明"""\nA = _("訳")\nB = f"{A}字"\nC = _("%(a)s", a="値")  # 注\n'
    script = '// 注\nconst a = "字"; // 注\nconst b = "https://x"; /* 注 */\n'

    assert ["".join(sentences.RUN.findall(text)) for text in sentences.of_template(template)] == [
        "題", "字", "値", "比", "文",
    ]  # fmt: skip
    assert sentences.of_python(module) == ["字", "値"]
    assert len(sentences.of_script(script)) == 1
