"""What the database itself does with accounts and transfers, in its own language (L1, L4).

Refusals carry the name of the rule as constraint name, so that actions can say them as a sentence.
"""

import pgtrigger

PERIOD_LOCK = 0x1ED6E2  # held shared by every transfer, alone by the closing of a period


def refusal(rule: str) -> str:
    return f"RAISE EXCEPTION '{rule}' USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}';"


def never(name: str, operation) -> pgtrigger.Trigger:
    """A trigger that refuses the operation always; unlike `Protect`, the purge does not switch it off."""
    return pgtrigger.Trigger(name=name, operation=operation, when=pgtrigger.Before, func=refusal(name))


def never_emptied(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses TRUNCATE, which the row triggers do not see.

    Where the connection says `linli.tests = on` it lets it pass: the tests empty their own database between two
    of them. `verify` finds a trigger that is gone.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func=f"""
            IF coalesce(current_setting('linli.tests', true), '') <> 'on' THEN
                {refusal(name)}
            END IF;
            RETURN NULL;
        """,
    )


# Accounts are locked in the order of their keys, whatever the direction: two transfers never wait for each
# other. Their numbers are given under that lock, so a number is never missing and never given twice.
_BOOK = f"""
    PERFORM pg_advisory_xact_lock_shared({PERIOD_LOCK});
    IF EXISTS (SELECT 1 FROM ledger_closedperiod WHERE until > NEW.at) THEN
        {refusal("transfer_not_dated_into_a_closed_period")}
    END IF;
    FOR account IN SELECT * FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id)
                   ORDER BY id FOR NO KEY UPDATE LOOP
        IF account.closed_at IS NOT NULL THEN
            {refusal("transfer_account_is_open")}
        END IF;
        IF unit <> account.unit THEN
            {refusal("transfer_moves_one_unit")}
        END IF;
        unit := account.unit;
    END LOOP;

    IF NEW.resolves_id IS NOT NULL THEN
        SELECT * INTO earlier FROM ledger_transfer WHERE id = NEW.resolves_id;
        IF (earlier.phase, earlier.debit_id, earlier.credit_id, earlier.amount)
           IS DISTINCT FROM ('pending', NEW.debit_id, NEW.credit_id, NEW.amount) THEN
            {refusal("transfer_resolves_its_reservation")}
        END IF;
        IF EXISTS (SELECT 1 FROM ledger_transfer WHERE resolves_id = NEW.resolves_id) THEN
            {refusal("transfer_resolves_once")}
        END IF;
    END IF;

    IF NEW.corrects_id IS NOT NULL THEN
        SELECT * INTO earlier FROM ledger_transfer WHERE id = NEW.corrects_id;
        IF earlier.phase NOT IN ('posted', 'post')
           OR (earlier.debit_id, earlier.credit_id) IS DISTINCT FROM (NEW.credit_id, NEW.debit_id) THEN
            {refusal("transfer_corrects_what_was_moved")}
        END IF;
        IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM ledger_transfer
                         WHERE corrects_id = NEW.corrects_id) > earlier.amount THEN
            {refusal("transfer_corrects_no_more_than_was_moved")}
        END IF;
    END IF;

    IF NEW.phase IN ('posted', 'post') THEN
        moved := NEW.amount;
    END IF;
    IF NEW.phase = 'pending' THEN
        held := NEW.amount;
    ELSIF NEW.phase IN ('post', 'void') THEN
        held := -NEW.amount;
    END IF;
    UPDATE ledger_account
        SET seq = seq + 1, debits = debits + moved, debits_pending = debits_pending + held
        WHERE id = NEW.debit_id RETURNING seq INTO NEW.debit_seq;
    UPDATE ledger_account SET seq = seq + 1, credits = credits + moved
        WHERE id = NEW.credit_id RETURNING seq INTO NEW.credit_seq;
    IF NEW.debit_seq IS NULL OR NEW.credit_seq IS NULL THEN
        {refusal("transfer_accounts_exist")}
    END IF;
    RETURN NEW;
"""  # noqa: S608 — made of constants of this module

BOOK = pgtrigger.Trigger(
    name="transfer_is_booked_on_both_accounts",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    declare=[
        ("account", "ledger_account%ROWTYPE"),
        ("earlier", "ledger_transfer%ROWTYPE"),
        ("unit", "text"),
        ("moved", "bigint := 0"),
        ("held", "bigint := 0"),
    ],
    func=_BOOK,
)

# At depth 1 somebody wrote to the account himself; at depth 2 it is the booking of a transfer.
_FOLLOW = f"""
    IF TG_OP = 'INSERT' THEN
        IF NEW.credits <> 0 OR NEW.debits <> 0 OR NEW.debits_pending <> 0 OR NEW.seq <> 0 THEN
            {refusal("account_begins_empty")}
        END IF;
        RETURN NEW;
    END IF;
    IF pg_trigger_depth() < 2 AND (NEW.credits, NEW.debits, NEW.debits_pending, NEW.seq)
       IS DISTINCT FROM (OLD.credits, OLD.debits, OLD.debits_pending, OLD.seq) THEN
        {refusal("account_balance_follows_transfers")}
    END IF;
    IF (NEW.id, NEW.holder_id, NEW.name, NEW.unit, NEW.floor, NEW.opened_at, NEW.signature)
       IS DISTINCT FROM
       (OLD.id, OLD.holder_id, OLD.name, OLD.unit, OLD.floor, OLD.opened_at, OLD.signature) THEN
        {refusal("account_keeps_holder_and_terms")}
    END IF;
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at THEN
        {refusal("account_is_closed_once")}
    END IF;
    RETURN NEW;
"""

FOLLOW = pgtrigger.Trigger(
    name="account_follows_its_transfers",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    func=_FOLLOW,
)
