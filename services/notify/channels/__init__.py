"""The ways to reach somebody outside the open page, one file each."""
