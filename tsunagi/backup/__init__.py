"""Backup and restore of a whole instance as one encrypted file (ADR 23)."""
