"""A nation's figures: immutable Parquet snapshots rolled up by DuckDB in process, by the formulas of the plans.

The truth stays in PostgreSQL; a snapshot is what was known at one moment, with a digest of every file. Only what
the snapshot cannot hold is refused: measures whose figures belong to a place's own row, averages, running totals.
"""
