"""Who is told of a handoff, by which channel, and who is next when nobody answers.

Owns: alerts with their ladders, the rules of these, inboxes, deliveries and their log, what reached nobody,
the calls about it, cover sheets of FAX and what came back on them, when people want to be written to, what
they and desks are told once a day, who is on duty at an office, webhooks, browsers that are
told by push; a copy of offices' hours and staff.
Publishes: alert_raised, alert_escalated, alert_overdue, notification_sent, notification_failed,
letter_returned;
live hints of kind alert and handoff.
Hears: directory.facility_changed, accounts.office_staffed, sharing.discharge_noted,
handoff_seen, handoff_acknowledged, handoff_accepted, handoff_declined, handoff_recalled, handoff_superseded,
handoff_completed.

Never decides who is responsible: the note's fact names account, office and desk. Knows nobody's
name; an e-mail address is asked from accounts at the moment of sending and not kept, that of a browser is
kept encrypted.
"""
