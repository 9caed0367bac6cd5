"""The words' index: the same pieces in code and database, and used for words of any length."""

import pytest
from sqlalchemy import select

from services.directory import queries
from services.directory.models import facility
from services.directory.normalise import grams, search_terms


@pytest.fixture(scope="module")
def database(instance):
    return instance.database("directory")


@pytest.mark.parametrize(
    "text", ["病", "病院", "フジ沢病院", "A&B-クリニック", "𠮷田", "ああああ", "100%_オン"]
)
def test_a_text_has_the_pieces_of_every_word_in_it(database, text):
    stored = set(database.scalar("SELECT search_grams(:text)", text=f"マエ{text}アト\n別ノ行"))

    assert grams(text) <= stored


def test_pieces_end_with_their_line(database):
    stored = set(database.scalar("SELECT search_grams(:text)", text="青空\n病院\n"))

    assert stored == {"青", "空", "青空", "病", "院", "病院"}
    assert database.scalar("SELECT search_grams('')") == []


@pytest.mark.parametrize("text", ["湊", "藤沢", "訪問看護", "みなと 薬局"])
def test_a_search_may_use_the_index(database, text):
    with database.begin() as tx:
        tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        wanted = select(facility.c.facility_id).where(*queries._having(tx, search_terms(text)))
        compiled = wanted.compile(tx.engine)
        plan = tx.exec_driver_sql(f"EXPLAIN {compiled.string}", dict(compiled.params)).scalars()

        assert "ix_facility_search_grams" in "\n".join(plan)
