from services.notify.offices import Member, members_from


def a_membership(account_id="cm-aoki", role="care_manager", **known):
    return {"account_id": account_id, "role": role, "deputy_id": None, "is_active": True, "away": [], **known}


def test_the_roles_of_one_person_are_taken_together():
    both = [a_membership(), a_membership(role="office_manager", deputy_id="cm-baba")]

    assert members_from(both) == (
        Member("cm-aoki", frozenset(["care_manager", "office_manager"]), deputy_id="cm-baba"),
    )


def test_a_suspended_membership_adds_nothing_to_an_active_one():
    held = [a_membership(is_active=False, deputy_id="cm-baba"), a_membership(role="office_manager")]

    assert members_from(held) == (Member("cm-aoki", frozenset(["office_manager"])),)


def test_whose_memberships_are_all_suspended_is_not_active():
    (member,) = members_from([a_membership(is_active=False)])

    assert not member.is_active
