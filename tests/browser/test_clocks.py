"""Clocks on a page go on by themselves, and nothing else of the page changes."""

from playwright.sync_api import expect


def test_a_page_that_stays_open_keeps_what_it_says(open_as):
    page = open_as("kobayashi")
    page.clock.install()
    page.goto("/desk")

    page.clock.fast_forward("01:00")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
