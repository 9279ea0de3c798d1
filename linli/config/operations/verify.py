"""`linli verify`: everything that can be checked against something else; one list of doubts (K7)."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from psycopg import sql

from linli import audit
from linli.audit import checking as audit_checking
from linli.files.keeping import damaged_files
from linli.files.models import StoredFile
from linli.kernel import clock
from linli.kernel.unfinished import unfinished_path
from linli.search.declaring import searchables
from linli.search.models import SearchEntry

NAMED = 5  # rows that are named of each kind; the count says how many there are
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
REFERENCES = """
    select c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
           array(select a.attname from unnest(c.conkey) with ordinality k(n, i)
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by k.i)::text[],
           array(select a.attname from unnest(c.confkey) with ordinality k(n, i)
                 join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.n order by k.i)::text[]
    from pg_constraint c where c.contype = 'f' and c.conparentid = 0 order by 2, 1
"""
SWITCHED_OFF = """
    select 'constraint', conrelid::regclass::text || '.' || conname, 'was never validated'
    from pg_constraint where not convalidated
    union all
    select 'index', indexrelid::regclass::text, 'is not valid' from pg_index where not indisvalid
    union all
    select 'trigger', tgrelid::regclass::text || '.' || tgname, 'is switched off'
    from pg_trigger where tgenabled <> 'O' and tgenabled <> 'A'
    order by 1, 2
"""


@dataclass(frozen=True)
class Doubt:
    """One thing that is not as it should be: of which part, at which place, and what."""

    part: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.part} {self.where}: {self.sentence}"


def doubts() -> Iterator[Doubt]:
    """Everything that is in doubt, part by part; nothing is changed, and others may work meanwhile."""
    for check in CHECKS:
        yield from check()


def _restore() -> Iterator[Doubt]:
    path = unfinished_path()
    if path.exists():
        yield Doubt(
            "restore", path.read_text().strip(), "did not come to its end; restore again with --replace"
        )


def _migrations() -> Iterator[Doubt]:
    executor = MigrationExecutor(connection)
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Doubt("migrations", str(migration), "has not been applied; run linli migrate")
    for app, name in sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)):
        if apps.is_installed(f"linli.{app}"):
            yield Doubt("migrations", f"{app}.{name}", "was applied by a newer version")


def _server() -> Iterator[Doubt]:
    """Durability, checksums and what they found (K1)."""
    with connection.cursor() as cursor:
        if not settings.TESTING:
            for name in DURABLE:
                cursor.execute("select current_setting(%s)", [name])
                if cursor.fetchone()[0] == "off":
                    yield Doubt("database", name, "is off: what was answered may be lost in a power cut")
        cursor.execute("select current_setting('data_checksums')")
        if cursor.fetchone()[0] != "on":
            yield Doubt("database", "data_checksums", "is off: damage of the disk stays unseen")
        cursor.execute(
            "select coalesce(checksum_failures, 0) from pg_stat_database where datname = current_database()"
        )
        if failures := cursor.fetchone()[0]:
            yield Doubt("database", "checksums", f"{failures} pages were read that the disk had damaged")
        cursor.execute(SWITCHED_OFF)
        for kind, where, sentence in cursor.fetchall():
            yield Doubt("database", f"{kind} {where}", sentence)


def _references() -> Iterator[Doubt]:
    """Rows that lead to nothing: PostgreSQL checks a reference when it is written, not ever after."""
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        for name, table, target, columns, wanted in cursor.fetchall():
            cursor.execute(_dangling(table, target, columns, wanted))
            if count := cursor.fetchone()[0]:
                where = f"{table} ({', '.join(columns)})"
                yield Doubt("references", where, f"{count} rows lead to no row of {target} ({name})")


def _dangling(table: str, target: str, columns: list[str], wanted: list[str]) -> sql.Composed:
    pairs = list(zip(columns, wanted, strict=True))
    stated = [sql.SQL("o.{} is not null").format(sql.Identifier(column)) for column in columns]
    equal = [
        sql.SQL("t.{} = o.{}").format(sql.Identifier(there), sql.Identifier(here)) for here, there in pairs
    ]
    # table and target were spelled and quoted by PostgreSQL itself (regclass)
    return sql.SQL("select count(*) from {} o where {} and not exists (select 1 from {} t where {})").format(
        sql.SQL(table), sql.SQL(" and ").join(stated), sql.SQL(target), sql.SQL(" and ").join(equal)
    )


def _audit() -> Iterator[Doubt]:
    for fault in audit_checking.verify():
        yield Doubt("audit", fault.where, fault.sentence)


def _ledger() -> Iterator[Doubt]:
    if apps.is_installed("linli.ledger"):
        from linli.ledger.checking import verify

        for doubt in verify():
            yield Doubt("ledger", doubt.where, doubt.sentence)


def _files() -> Iterator[Doubt]:
    for key, what in damaged_files():
        row = StoredFile.objects.filter(pk=key, erased_at=None).first()
        if row is not None and not row.is_due_to_be_erased(clock.now()):
            yield Doubt("files", str(key), "is missing" if what == "missing" else "is not as it was recorded")


def _search() -> Iterator[Doubt]:
    """Rows that the index lacks, and entries that lead to no row."""
    for searchable in searchables.values():
        entries = SearchEntry.objects.filter(kind=searchable.name)
        rows = searchable.rows().order_by().annotate(_key=Cast("pk", CharField()))
        lacking = rows.filter(~Exists(entries.filter(key=OuterRef("_key"))))
        left = entries.filter(~Exists(rows.filter(_key=OuterRef("key"))))
        yield from _of_index(lacking.values_list("_key", flat=True), searchable.name, "is not in the index")
        yield from _of_index(left.values_list("key", flat=True), searchable.name, "is indexed and gone")


def _of_index(keys, kind: str, sentence: str) -> Iterator[Doubt]:
    if count := keys.count():
        named = ", ".join(sorted(keys[:NAMED]))
        yield Doubt("search", f"{kind} {named}", f"{sentence} ({count} in all)")


CHECKS: tuple[Callable[[], Iterator[Doubt]], ...] = (
    _restore,
    _migrations,
    _server,
    _references,
    _audit,
    _ledger,
    _files,
    _search,
)


def remember(found: list[Doubt]) -> None:
    """Say in the audit that everything was checked, and how many doubts there were."""
    with transaction.atomic():
        audit.record(
            "backup.verify", by=None, result="failed" if found else "done", detail={"doubts": len(found)}
        )


def tell(found: list[Doubt]) -> int:
    """Print the doubts; 0 when there are none, else 1."""
    for doubt in found:
        sys.stdout.write(f"✗ {doubt}\n")
    if not found:
        sys.stdout.write("✓ nothing is in doubt\n")
    return 1 if found else 0


def main(words: list[str]) -> int:
    if words:
        sys.stderr.write("linli verify takes no words\n")
        return 2
    found = list(doubts())
    remember(found)
    return tell(found)
