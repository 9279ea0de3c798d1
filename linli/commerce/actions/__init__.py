"""What is done about offers and orders."""
