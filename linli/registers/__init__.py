"""The registers (台账) a community keeps: one table of declarations, one set of pages, imports and exports."""
