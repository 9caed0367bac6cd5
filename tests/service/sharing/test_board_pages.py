"""Boards in pages: nothing is left out, and what the sender has to look after comes first."""

import pytest

from contracts.sharing import DECLINE_REASONS


@pytest.fixture(scope="module")
def sent(town):
    """Five handoffs in the order in which they were sent; the first one was declined."""
    ids = [town.a_handoff() for _ in range(5)]
    town.ask(town.aoki, "decline_handoff", handoff_id=ids[0], reason=DECLINE_REASONS[0], key=ids[0])
    return ids


def board(town, who, **more):
    return town.ask(who, "list_handoffs", **{"board": "sent", "page_size": 2, **more})


def pages(town, who, what="handoffs", name="page", **more):
    """Return the ids of each page, to the last."""
    found, number = [], 1
    id_name = "handoff_id" if what == "handoffs" else "stay_id"
    while True:
        answer = board(town, who, **{name: number, **more})
        found.append([row[id_name] for row in answer[what]])
        if not answer["more"][what]:
            return found
        number += 1


def flat(lists):
    return [each for some in lists for each in some]


def test_every_handoff_is_on_one_page(town, sent):
    found = pages(town, town.tanaka)

    assert [len(page) for page in found[:-1]] == [2] * (len(found) - 1)
    assert len(set(flat(found))) == len(flat(found))
    assert set(sent) <= set(flat(found))


def test_what_the_sender_has_to_look_after_comes_first_however_old(town, sent):
    first = board(town, town.tanaka)

    assert first["handoffs"][0]["handoff_id"] == sent[0]
    assert first["counts"]["needs"] == 1


def test_a_group_is_paged_by_itself_and_counted_on_all_pages(town, sent):
    waiting = flat(pages(town, town.tanaka, show="waiting"))

    assert waiting == [*reversed(sent[1:])]
    assert board(town, town.tanaka)["counts"]["waiting"] == len(waiting)


def test_my_own_are_found_on_all_pages(town, sent):
    colleague = town.somebody("discharge_planner", town.hospital)

    assert flat(pages(town, colleague, mine=True)) == []
    assert set(sent) == set(flat(pages(town, town.tanaka, mine=True)))


def test_the_receiving_side_has_pages_too(town, sent):
    found = pages(town, town.aoki, board="received")

    assert set(sent) <= set(flat(found))
    assert len(flat(found)) == len(set(flat(found)))
    assert set(sent) <= set(flat(pages(town, town.aoki, board="received", mine=True)))
    assert flat(pages(town, town.baba, board="received", mine=True)) == []


def test_every_stay_is_on_one_page(town, sent):
    found = flat(pages(town, town.tanaka, "stays", "stays_page"))

    assert len(found) == len(set(found)) == board(town, town.tanaka)["counts"]["stays"]
    assert len(found) >= len(sent)
    assert set(found) == set(flat(pages(town, town.aoki, "stays", "stays_page", board="received")))


def test_one_of_the_lists_is_had_alone(town, sent):
    handoffs, stays = (board(town, town.tanaka, part=part) for part in ("handoffs", "stays"))

    assert (len(handoffs["handoffs"]), handoffs["stays"], handoffs["drafts"]) == (2, [], [])
    assert (stays["handoffs"], len(stays["stays"]), stays["drafts"]) == ([], 2, [])
    assert handoffs["more"] == {"handoffs": True, "stays": False}


@pytest.mark.parametrize(("name", "side"), [("tanaka", "sent"), ("aoki", "received")])
def test_an_inbox_page_finds_its_handoffs_wherever_they_are(town, sent, name, side):
    answer = board(town, getattr(town, name), board=side, handoff_ids=[sent[0]], page_size=300)

    assert [row["handoff_id"] for row in answer["handoffs"]] == [sent[0]]
    assert answer["stays"] == []
