"""What an operator asks of a running platform: verify, back up, restore, change keys (security K6, K7, D2)."""
