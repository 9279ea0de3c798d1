"""Docs printed from the code: permissions, measures, workflows, OpenAPI. A test holds them fresh."""

import sys
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.conf import settings

from linli.kernel.permissions import permissions
from linli.measures import measures
from linli.packs import read_packs

FOLDER = Path(settings.BASE_DIR) / "docs" / "generated"
HEAD = "<!-- Printed from the code by `make docs`; do not edit. -->\n\n"


def permissions_page() -> str:
    """Every route with what it asks, and every role with what it grants (control P2)."""
    from linli.ui.routes import list_routes

    packs, _problems = read_packs(settings.PACKS_DIR)
    roles = [role for pack in packs if pack.pack == "roles" for role in pack.roles]
    lines = ["# 权限表 Permissions", "", "## 角色与权限 Roles", ""]
    lines += ["| 权限 | 说明 | 角色 |", "|---|---|---|"]
    for name, title in sorted(permissions.items()):
        holders = "、".join(role.name for role in roles if name in role.may)
        lines.append(f"| `{name}` | {title} | {holders} |")
    lines += ["", "## 页面与接口 Routes", "", "| 路由 | 谁可进入 |", "|---|---|"]
    for route in sorted(list_routes(), key=lambda route: route.pattern):
        said = route.declared
        lines.append(f"| `/{route.pattern}` | {said.permission or said.who if said else '—'} |")
    return HEAD + "\n".join(lines) + "\n"


def measures_page() -> str:
    """Every number the platform counts by itself."""
    lines = [
        "# 可计数据 Measures",
        "",
        "| 名称 | 公式中的叫法 | 单位 | 性质 | 范围 | 来源 |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{m.name}` | {m.title} | {m.unit} | {m.kind} | {m.scope} | {m.source} |"
        for _name, m in sorted(measures.items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def personal_page() -> str:
    """Every personal field with class, purpose, basis and retention (control D1)."""
    lines = [
        "# 个人信息登记 Personal fields",
        "",
        "| 表 | 字段 | 类别 | 用途 | 依据 | 保存期 |",
        "|---|---|---|---|---|---|",
    ]
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        for field, said in getattr(model, "personal", {}).items():
            cells = (model._meta.label, field, said.sensitivity, said.purpose, said.basis, said.keep)
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return HEAD + "\n".join(lines) + "\n"


def workflows_page() -> str:
    """Every kind of case: its states as a picture, its steps as a table."""
    from linli.cases.steps import document

    return HEAD + document()


def coverage_page() -> str:
    """Each row of the plans with its proof; each indicator with what computes it, or what it waits for."""
    from linli.plans.coverage import text as indicators

    from . import coverage

    return HEAD + coverage.text() + "\n" + indicators()


def asvs_page() -> str:
    """What ASVS 5.0 and 等保 2.0 ask, with the test or the reason of each row."""
    from linli.config.standards import page

    return HEAD + page()


PAGES: dict[str, Callable[[], str]] = {
    "permissions.md": permissions_page,
    "measures.md": measures_page,
    "personal.md": personal_page,
    "workflows.md": workflows_page,
    "../coverage.md": coverage_page,
    "../asvs.md": asvs_page,
}


def stale() -> list[str]:
    """Names of the printed docs that no longer say what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != page()
    ]


def main(words: list[str]) -> int:
    if words == ["check"]:
        old = stale()
        for name in old:
            sys.stderr.write(f"docs/generated/{name} is stale: run `make docs`\n")
        return 1 if old else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")
    return 0
