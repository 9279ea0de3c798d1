"""Django's own PostgreSQL, but for when a connection is asked whether it still answers: see `base`."""
