"""The report of a frozen edition: paragraphs and tables in which every number knows its address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from linli.kernel.clock import CHINA
from linli.plans.formula.values import STATUS_TITLES
from linli.plans.models import Edition

DIRECTIONS = {"at_least": "≥", "at_most": "≤", "equal": "＝", "about": "≈", "range": ""}
NATURES = {"binding": "约束性", "expected": "预期性", "unstated": "—"}


@dataclass(frozen=True)
class Number:
    """A number as it is printed, with the address under which it opens."""

    text: str
    address: str


Cell = str | Number


@dataclass(frozen=True)
class Table:
    """A table: its title, heads and rows; the first cell of a row is its head."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Section:
    """A section: paragraphs of words and numbers, then tables."""

    heading: str
    paragraphs: tuple[tuple[Cell, ...], ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that is printed; nothing is read from the database after this."""

    title: str
    subtitle: str
    as_of: str
    sections: tuple[Section, ...]

    def numbers(self) -> Iterator[Number]:
        """Every number in reading order."""
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from (part for part in paragraph if isinstance(part, Number))
            for table in section.tables:
                for row in table.rows:
                    yield from (cell for cell in row if isinstance(cell, Number))


KINDS = {  # the three evaluations that plans ask for, and the sections of each in their order
    "overall": ("执行情况报告", ("overview", "indicators", "unmet", "below", "tasks", "proof")),
    "focus": ("未达标指标专项评估报告", ("unmet", "below", "serving", "proof")),
    "final": ("总结评估报告", ("overview", "change", "unmet", "tasks", "proof")),
}
NUMERALS = "一二三四五六七八九"


def report_of(edition: Edition, *, site: str = "", kind: str = "overall") -> Report:
    """The report of an edition, from its tables alone; `site` stands before each address, `kind` is of KINDS."""
    return _Writer(edition, site, kind).report()


class _Writer:
    def __init__(self, edition, site, kind):
        self.edition, self.site, self.plan, self.kind = edition, site, edition.plan, kind
        self.defined = {row["code"]: row for row in edition.tables["definitions"]}
        self.values = {row["code"]: row for row in edition.tables["values"]}
        self.known = edition.known_on.astimezone(CHINA)

    def report(self) -> Report:
        place, period = self.edition.place.name, self.edition.period
        return Report(
            title=f"{self.plan.title}{KINDS[self.kind][0]}",
            subtitle=f"{place} · {period} · 第{self.edition.number}期",
            as_of=f"截至{self.known.year}年{self.known.month}月{self.known.day}日 {self.known:%H:%M} 所知",
            sections=tuple(self._sections()),
        )

    def _sections(self):
        """The sections of the kind that have something to say, numbered as they stand."""
        written = (getattr(self, f"_{name}")() for name in KINDS[self.kind][1])
        for nr, section in enumerate(one for one in written if one is not None):
            yield replace(section, heading=f"{NUMERALS[nr]}、{section.heading}")

    def _address(self, code: str, part: str, *, place: str = "") -> str:
        asked = {"place": place or self.edition.place.code, "period": self.edition.period}
        asked["known"] = f"{self.known:%Y-%m-%d}"
        page = f"indicators/{code}" if code else "scorecard"
        return f"{self.site}/plans/{self.plan.code}/{page}/?{urlencode(asked)}#{part}"

    def _counted(self, part: str, rows) -> Number:
        return Number(str(len(rows)), self._address("", part))

    def _overview(self):
        computed = [row for row in self.values.values() if row["status"] != "not_computed"]
        known = [row for row in computed if row["n"] is not None]
        met = [row for row in known if row["met"]]
        unmet = [row for row in known if row["met"] is False]
        binding = [row for row in unmet if self.defined[row["code"]]["nature"] == "binding"]
        words = (
            "规划共列指标", self._counted("all", self.values), "项，其中平台计算", self._counted("computed", computed),
            "项，已有数据", self._counted("known", known), "项。达到目标", self._counted("met", met),
            "项，未达到", self._counted("unmet", unmet), "项，未达到的约束性指标",
            self._counted("binding", binding), "项。没有数据的写明原因，不以零代替。",
        )  # fmt: skip
        return Section("总体情况", (words,))

    def _shown(self, row, *, place: str = "", part: str = "value") -> Number:
        text = STATUS_TITLES.get(row["status"], "不计算") if row.get("n") is None else plain(row["shown"])
        return Number(text, self._address(row["code"], part, place=place))

    def _target(self, row) -> Cell:
        if row["low"] is None:
            return "—"
        low, high = plain(row["low"]), plain(row["high"])
        said = low if low == high else f"{low}–{high}"
        return Number(f"{DIRECTIONS[row['direction']]}{said}", self._address(row["code"], "target"))

    def _coverage(self, row) -> Cell:
        if row.get("expected") is None:
            return "—"
        return Number(f"{row['reported']}/{row['expected']}", self._address(row["code"], "coverage"))

    @staticmethod
    def _verdict(row, value) -> str:
        """Met or not; of what too few have reported, that it may change."""
        said = {True: "达标", False: "未达标", None: "—"}[value.get("met")]
        reported, expected = value.get("reported") or 0, value.get("expected") or 0
        early = value.get("n") is not None and 100 * reported < row.get("publish_from", 0) * expected
        return f"{said}（初步数）" if early else said

    def _indicators(self):
        rows = []
        for order, (code, row) in enumerate(self.defined.items(), 1):
            value = self.values[code]
            verdict = self._verdict(row, value)
            rows.append(
                (str(order), row["name"], row["unit"], self._shown(value), self._target(row), verdict,
                 NATURES[row["nature"]], self._coverage(value))
            )  # fmt: skip
        heads = ("序号", "指标", "单位", "数值", "目标", "结论", "属性", "已报/应报")
        return Section("指标完成情况", tables=(Table("指标完成情况表", heads, tuple(rows)),))

    def _change(self):
        """What became of each indicator since the plan's starting point."""
        rows = []
        for code, row in self.defined.items():
            value, begun = self.values[code], row.get("baseline") or {}
            verdict = self._verdict(row, value)
            start = begun.get("value")
            said = f"{plain(start)}（{begun['year']}）" if start else "—"
            moved = plain(str(Decimal(value["shown"]) - Decimal(start))) if start and value.get("n") else "—"
            rows.append(
                (row["name"], row["unit"], said, self._shown(value), moved, self._target(row), verdict)
            )
        heads = ("指标", "单位", "起点", "现在", "变化", "目标", "结论")
        return Section("与起点相比", tables=(Table("规划期指标变化表", heads, tuple(rows)),))

    def _unmet(self):
        tasks = {row["code"]: row for row in self.edition.tables["tasks"]}
        paragraphs = []
        for code, row in self.defined.items():
            value = self.values[code]
            if value.get("met") is not False:
                continue
            gap = Number(plain(value["gap"]), self._address(code, "gap"))
            served = "、".join(tasks[task]["title"] for task in row["tasks"] if task in tasks)
            after = f"。支撑任务：{served}。" if served else "。"
            paragraphs.append(
                (
                    f"{row['name']}：",
                    self._shown(value),
                    f"{row['unit']}，与目标相差",
                    gap,
                    f"{row['unit']}{after}",
                )
            )
        return Section("未达到目标的指标", tuple(paragraphs) or (("没有未达到目标的指标。",),))

    def _below(self):
        if not self.edition.tables["children"]:
            return None
        unmet = [code for code, value in self.values.items() if value.get("met") is False]
        tables = []
        for code in unmet:
            rows = [
                (child["title"], self._shown(child, place=child["place"]), self._coverage_of(child))
                for child in self.edition.tables["children"]
                if child["code"] == code
            ]
            name = self.defined[code]["name"]
            tables.append(
                Table(f"{name}（{self.defined[code]['unit']}）", ("地区", "数值", "已报/应报"), tuple(rows))
            )
        return Section("未达到目标的指标在各地的情况", tables=tuple(tables))

    def _coverage_of(self, child) -> Cell:
        if child["expected"] is None:
            return "—"
        address = self._address(child["code"], "coverage", place=child["place"])
        return Number(f"{child['reported']}/{child['expected']}", address)

    def _tasks(self):
        return Section("任务推进情况", tables=(self._ledger(self.edition.tables["tasks"]),))

    def _serving(self):
        """The tasks that serve an indicator that is not met."""
        unmet = {code for code, value in self.values.items() if value.get("met") is False}
        wanted = {task for code in unmet for task in self.defined[code]["tasks"]}
        tasks = [row for row in self.edition.tables["tasks"] if row["code"] in wanted]
        return Section("支撑任务推进情况", tables=(self._ledger(tasks),))

    def _ledger(self, tasks):
        rows = []
        for row in tasks:
            shares = row["shares"]
            address = (
                f"{self.site}/plans/{self.plan.code}/ledger/?place={self.edition.place.code}#{row['code']}"
            )
            percent = sum(s["percent"] for s in shares) // len(shares) if shares else None
            how = Number(f"{percent}%", address) if shares else "未分解"
            rows.append((row["title"], row["clause"], "、".join(row["lead"]), row["due_on"], how))
        return Table("任务清单", ("任务", "条款", "牵头", "期限", "进度"), tuple(rows))

    def _proof(self):
        said = "本报告由定稿数据生成。每个数都带有地址，可打开查看公式、分量和原始记录。各表的校验值（SHA-256）如下。"
        rows = tuple((name, digest) for name, digest in sorted(self.edition.digests.items()))
        return Section("数据校验", ((said,),), (Table("校验值", ("表", "SHA-256"), rows),))


def plain(number: str) -> str:
    """A decimal as people read it: 1,240.5 for "1240.500000"."""
    value = Decimal(number)
    places = max(0, -value.normalize().as_tuple().exponent)
    kept = max(places, -value.as_tuple().exponent) if -value.as_tuple().exponent <= 4 else places
    return f"{value:,.{kept}f}"
