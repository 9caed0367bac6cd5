"""The directory: which facilities there are, what they offer, when they work, where lists name them.

Owns       facilities, their services (each as its list says it), contacts, office hours, desks,
           imports with what they refused
Publishes  facility_changed (hours travel with it)
Hears      nothing
"""
