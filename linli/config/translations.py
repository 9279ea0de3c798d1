"""Catalogues: what must be translated, what is missing, and compiling them where gettext is not installed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "linli/locale/en/LC_MESSAGES/django.po"
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TAG = re.compile(r"{%-?\s*(?:translate|trans)\s+(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_BLOCK = re.compile(
    r"{%\s*(?:blocktranslate|blocktrans)\b([^%]*)%}(.*?){%\s*(?:endblocktranslate|endblocktrans)\s*%}", re.S
)
_UNDERSCORE = re.compile(r"_\((\"[^\"]*\"|'[^']*')\)")
_PLURAL = re.compile(r"{%\s*plural\s*%}")


def compile_catalogues() -> None:
    """Write the .mo beside every .po that is newer."""
    for source in (ROOT / "linli/locale").rglob("*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


def texts() -> dict[str, str]:
    """{text: the file that says it first} of everything marked for translation."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "linli").rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            said = _in_python(path.read_text("utf-8"))
        elif path.suffix in (".html", ".txt", ".js") and "templates" in path.parts:
            said = _in_template(path.read_text("utf-8"))
        else:
            continue
        for text in said:
            found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def missing() -> dict[str, str]:
    """{text: file} of what has no English yet, is marked fuzzy, or lost a placeholder."""
    known = {entry.msgid: entry for entry in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}
    return {text: path for text, path in texts().items() if not _is_whole(known.get(text), text)}


def _is_whole(entry: polib.POEntry | None, text: str) -> bool:
    if entry is None or "fuzzy" in entry.flags:
        return False
    said = [entry.msgstr, *entry.msgstr_plural.values()]
    english = [line for line in said if line]
    holes = set(re.findall(r"%\(\w+\)[sd]", text))
    return bool(english) and all(holes >= set(re.findall(r"%\(\w+\)[sd]", line)) for line in english)


def _in_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node.func) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                yield first.value


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _in_template(source: str) -> Iterator[str]:
    for match in [*_TAG.finditer(source), *_UNDERSCORE.finditer(source)]:
        yield ast.literal_eval(match[1])
    for match in _BLOCK.finditer(source):
        text = _PLURAL.split(match[2])[0]
        if "trimmed" in match[1]:
            text = " ".join(line.strip() for line in text.splitlines() if line.strip())
        yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", text)
