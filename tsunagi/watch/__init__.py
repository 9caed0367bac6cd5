"""The dead-man watch: looks at an instance from outside and calls its operators; needs no part of it."""
