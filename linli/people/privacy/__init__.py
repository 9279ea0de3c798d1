"""Looking with a reason, copy, correction, consent, purge: what a person may ask of us."""
