"""The program: commands, an instance on this machine, its private servers, the supervisor, the demo.

Owns nothing of the field: services know what to do, this package starts them and looks after them.
"""
