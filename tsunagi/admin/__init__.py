"""The admin socket: by it a command touches a running instance (ADR 29).

`door` is the side of the instance, `visit` that of the caller, `wire` what they say to each other; `handed`
is what a command finds that the instance carries out, `reached` chooses between a running and a resting one.
"""
