import pytest

from services.accounts.municipalities import administers


@pytest.mark.parametrize(
    ("tenant", "code", "expected"),
    [
        ("999997", "999997", True),
        ("999997", "999998", False),
        ("", "", False),
        ("141500", "141500", True),  # 相模原市
        ("141500", "141518", True),  # its 緑区
        ("141003", "141518", False),  # 横浜市 and a ward of 相模原市
        ("141003", "141186", True),  # 横浜市 都筑区
        ("141305", "141372", True),  # 川崎市 麻生区
        ("141003", "142018", False),  # 横須賀市 is no ward
        ("131016", "131024", False),  # 千代田区 and 中央区 are equals
        ("011002", "012025", False),  # 札幌市 and 函館市
        ("082015", "082015", True),  # 水戸市
    ],
)
def test_a_city_looks_after_its_wards(tenant, code, expected):
    assert administers(tenant, code) is expected
