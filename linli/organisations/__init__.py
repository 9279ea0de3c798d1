"""Organisations (组织): who can do something for the people of a community, and who looks after a compound."""
