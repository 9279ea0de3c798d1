"""Entries of the navigation."""

from linli.ui.nav import Entry, add_entry

add_entry("workbench", Entry("待办事项", "case-inbox", "inbox", 10))
