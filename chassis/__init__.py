"""What every service needs and no service knows: bus, database, callers, clock, logs, health.

Nameko, kombu and eventlet are imported here and nowhere else (ADR 1).
"""
