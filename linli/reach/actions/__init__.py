"""What is done about the life circle."""
