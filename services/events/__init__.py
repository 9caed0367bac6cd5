"""Gatherings with a date. So far the 退院前カンファレンス that a planned discharge proposes.

Owns: conferences (proposed, withdrawn).
Publishes: conference_proposed, conference_withdrawn; live hints of kind conference.
Hears: sharing.discharge_planned, stay_cancelled, stay_discharged.

Knows stays by id only: whose conference it is, the boards learn from sharing.
"""
