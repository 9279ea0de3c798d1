"""Text messages, by the supplier's HTTP interface or, in a demonstration, into a folder."""
