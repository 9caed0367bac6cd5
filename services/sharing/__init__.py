"""The heart: persons, their consent and care team, stays, discharge notes and who answers for them.

Owns: persons, consents, team members, stays and their revisions, drafts, notes (versions, never changed),
handoffs with their history and readers, and the access log of all of it. Copies: offices' staff and desks.
Publishes: stay_admitted, stay_revised, stay_cancelled, discharge_planned, stay_discharged, discharge_noted,
handoff_seen, handoff_acknowledged, handoff_accepted, handoff_declined, handoff_recalled,
handoff_superseded, handoff_completed; live hints of kind `handoff`.
Hears: directory.facility_changed, accounts.office_staffed, notify.alert_raised, notify.alert_escalated,
notify.alert_overdue.
"""
