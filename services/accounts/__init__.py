"""Who may sign in, in which role, at which office, and who covers for whom.

Owns: accounts, memberships, office managers, deputies, absences, sessions, second factors, API keys,
invitations, wrong tries and the places that they come from.
Publishes: office_staffed, account_opened, account_suspended; hints session_ended, session_changed,
key_withdrawn, account_suspended.
Hears: directory.facility_changed (for its copy of offices' names and kinds), notify.letter_returned.
"""
