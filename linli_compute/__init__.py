"""Pure computation for Linli: arrays in, frozen results out. No Django, no database, no clock, no chance."""
