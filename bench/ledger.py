"""Transfers a second and processor time per transfer, beside a plain transaction of two inserts.

    python -m bench.ledger [--runs 7] [--transfers 500] [--threads 1,4]

Wants DATABASE_URL of a PostgreSQL where a database may be made: it makes one of its own and drops it. A pair
of runs, ledger and plain, stands next to the other in time, in turn first and second, so that a busy machine
slows both; what is printed are medians, and the median of the ratios within pairs. Processor time is that of
this process and of the server's processes that serve it (from /proc, Linux, server on the same machine).
The plain transaction writes two rows of the same length as a transfer into a table with a key and one index:
what double entry costs when nothing is checked, counted, locked or signed.
"""

import argparse
import os
import statistics
import threading
import time
import uuid
from pathlib import Path

import django


def server_process() -> int:
    """The server's process behind this thread's connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def cpu_of(pid: int) -> float:
    """Processor seconds of a process so far; 0 where /proc does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Ledger:
    """Random transfers between 200 accounts: the common case, no account that everybody wants."""

    def __init__(self):
        from linli.ledger.actions import open_account
        from linli.ledger.reasons import reasons

        if "bench" not in reasons:
            reasons["bench"] = "bench"
        self.accounts = [
            open_account(name=f"bench/{n}", unit="minute", floor=None, by=None) for n in range(200)
        ]

    def one(self, turn: int) -> None:
        from linli.ledger.actions import transfer

        transfer(
            key=uuid.uuid4(), debit=self.accounts[turn % 200], credit=self.accounts[(turn * 7 + 1) % 200],
            amount=60, reason="bench", by=None,
        )  # fmt: skip


class Plain:
    """Two inserts in a transaction through the same driver and the same Django."""

    def __init__(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "create table bench_plain (id uuid primary key, account uuid, amount int, at timestamptz, note text)"
            )
            cursor.execute("create index on bench_plain (account)")

    def one(self, turn: int) -> None:
        from django.db import connection, transaction

        from linli.kernel import clock

        with transaction.atomic(), connection.cursor() as cursor:
            for sign in (1, -1):
                cursor.execute(
                    "insert into bench_plain values (%s, %s, %s, %s, %s)",
                    [uuid.uuid4(), uuid.uuid4(), sign * 60, clock.now(), "x" * 100],
                )


def run(work, transfers: int, threads: int) -> tuple[float, float, float]:
    """Transactions a second, processor milliseconds each here, processor milliseconds each in the server."""
    from django.db import connections

    barrier, server, mine = threading.Barrier(threads + 1), [], []

    def some(first: int) -> None:
        pid = server_process()
        barrier.wait()
        before, own = cpu_of(pid), time.thread_time()
        for turn in range(first, transfers, threads):
            work.one(turn)
        mine.append(time.thread_time() - own)
        server.append(cpu_of(pid) - before)
        connections.close_all()

    workers = [threading.Thread(target=some, args=(first,)) for first in range(threads)]
    for worker in workers:
        worker.start()
    barrier.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    return transfers / seconds, sum(mine) / transfers * 1000, sum(server) / transfers * 1000


def compare(runs: int, transfers: int, threads: int) -> None:
    ledger, plain = Ledger(), Plain()
    found: dict[str, list[tuple[float, float, float]]] = {"ledger": [], "plain": []}
    for number in range(runs + 1):
        both = [("ledger", ledger), ("plain", plain)]
        for name, work in both if number % 2 else reversed(both):
            result = run(work, transfers, threads)
            if number:  # the first pair warms up
                found[name].append(result)
    print(f"{threads} thread(s), {transfers} transactions a run, median of {runs} runs (from–to)")
    for name, results in found.items():
        rate, here, there = (statistics.median(column) for column in zip(*results, strict=True))
        rates = [result[0] for result in results]
        print(
            f"  {name:7} {rate:7.0f} a second ({min(rates):.0f}–{max(rates):.0f}),"
            f" processor {here:.2f} ms here + {there:.2f} ms in the server"
        )
    pairs = list(zip(found["ledger"], found["plain"], strict=True))
    rate = statistics.median(one[0] / other[0] for one, other in pairs)
    cpu = statistics.median((one[1] + one[2]) / (other[1] + other[2]) for one, other in pairs)
    print(f"  ledger / plain: rate × {rate:.2f}, processor × {cpu:.2f}")


def check_books() -> None:
    from linli.ledger.checking import verify

    started = time.perf_counter()
    doubts = verify()
    from linli.ledger.models import Transfer

    rows, seconds = Transfer.objects.count(), time.perf_counter() - started
    print(f"verify(): {rows} transfers in {seconds:.2f} s, {len(doubts)} doubts")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--transfers", type=int, default=500)
    parser.add_argument("--threads", default="1,4")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = "linli_bench_ledger"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("show fsync")
            print(f"fsync {cursor.fetchone()[0]}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for threads in map(int, chosen.threads.split(",")):
            compare(chosen.runs, chosen.transfers, threads)
            with connection.cursor() as cursor:
                cursor.execute("drop table bench_plain")
        check_books()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
