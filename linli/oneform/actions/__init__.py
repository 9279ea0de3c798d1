"""Changes of forms: definitions installed, fillings opened, answered, corrected and settled."""
