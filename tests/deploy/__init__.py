"""The containers: what their files say, and a stack that is really started."""
