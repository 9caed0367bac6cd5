"""Measures the shipped configuration through the public API, against raw limits of the same run.

Nothing here is part of what it measures: the load comes from this process, the services, the broker
and the database are those of an ordinary instance with their safe settings.
"""
