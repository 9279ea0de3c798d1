"""Changes of the care list, its plans and its visits."""
