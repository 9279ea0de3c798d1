"""Accounts and transfers of minutes and points: double entry, never edited, kept right by the database (L1)."""
