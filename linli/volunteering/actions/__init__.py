"""What volunteers, coordinators and the time bank do."""
