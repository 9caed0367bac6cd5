"""Every shape that crosses a boundary, once: facts on the bus, requests between services, errors.

Owns no behaviour. Imports marshmallow and nothing of Tsunagi.
"""
