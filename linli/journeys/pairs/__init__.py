"""结对: pairs of volunteers and people on the care list."""
