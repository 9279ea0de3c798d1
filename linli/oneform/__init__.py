"""One form (一表通): forms are views on registers; what is known is never asked again."""
