"""Tables that are never emptied at one stroke: TRUNCATE passes by triggers of rows (security L8, L1)."""

import pgtrigger


def never_truncated(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses TRUNCATE of its table, also by CASCADE from another.

    The test runner empties its databases this way and says so when it connects (linli.may_truncate).
    """
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="IF coalesce(current_setting('linli.may_truncate', true), '') <> 'on' THEN "
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'; END IF; RETURN NULL;",
    )
