"""The guides of docs/guides, followed at the screen: one file a role, each for both languages."""
