"""`make demo`: plays the main job on a private instance, through the public API, and counts."""
