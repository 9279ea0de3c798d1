"""What the pages, measures and acts of facilities read."""
