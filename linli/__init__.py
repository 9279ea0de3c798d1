"""Linli 邻里: a city's community services, run and measured from the same records."""
