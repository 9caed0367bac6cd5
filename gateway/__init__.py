"""The only door: JSON API, pages and live stream. Owns no table.

Publishes: nothing. Hears: the live hints (broadcast) that end sessions and feed open streams.
Asks: every service, each request signed for the person who makes it.
"""
