"""E-mail, by the mail server of the settings."""
