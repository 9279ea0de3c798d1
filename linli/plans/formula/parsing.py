"""Text → syntax tree. Knows the grammar and the bounds, nothing of measures or types."""

from dataclasses import dataclass
from importlib.resources import files

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from .problems import FormulaError

LONGEST_TEXT = 2000
DEEPEST = 30
MOST_NODES = 200
LONGEST_NUMBER = 18

# One character to one character, so that a column in the folded text is a column in the planner's text.
_FULL_WIDTH = str.maketrans(
    "（）［］【】＋－−–×＊÷／，；、＝＞＜！％．０１２３４５６７８９　",
    "()[][]+---**//,,,=><!%.0123456789 ",
)
_SIGNS = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "≠": "!=", "<>": "!=", "=": "=="}
_WORDS = {"且": "and", "或": "or", "非": "not"}


def fold(text: str) -> str:
    """Full-width signs and digits as the grammar reads them; everything else untouched."""
    return text.translate(_FULL_WIDTH)


@dataclass(frozen=True)
class Node:
    """One node of the syntax tree: what it is, its word or sign, its parts, where it stands."""

    kind: str
    word: str
    parts: tuple["Node", ...]
    line: int
    column: int
    depth: int = 1
    size: int = 1


def _node(kind: str, token: Token, *parts: Node, word: str | None = None) -> Node:
    depth = 1 + max((part.depth for part in parts), default=0)
    size = 1 + sum(part.size for part in parts)
    line, column = token.line or 1, token.column or 1
    if depth > DEEPEST:
        raise FormulaError(f"公式嵌套过深，最多 {DEEPEST} 层。", line=line, column=column)
    if size > MOST_NODES:
        raise FormulaError(f"公式过长，最多 {MOST_NODES} 个运算。", line=line, column=column)
    return Node(kind, str(token) if word is None else word, parts, line, column, depth, size)


@v_args(inline=True)
class _Builder(Transformer):
    """Called by the parser while it reads: no second walk, so no recursion over the text."""

    def start(self, node):
        return node

    def binary(self, left, sign, right):
        word = _WORDS.get(sign, _SIGNS.get(sign, str(sign)))
        return _node("binary", sign, left, right, word=word)

    def unary(self, sign, part):
        return _node("unary", sign, part, word=_WORDS.get(sign, str(sign)))

    def number(self, token):
        return self._literal(token, str(token))

    def percent(self, token):
        return self._literal(token, str(token))

    def _literal(self, token, word):
        if len(word) > LONGEST_NUMBER:
            raise FormulaError(f"数字过长，最多 {LONGEST_NUMBER} 位。", line=token.line, column=token.column)
        return _node("number", token, word=word)

    def call(self, name, *parts):
        return _node("call", name, *(part for part in parts if part is not None))

    def scoped(self, call, of, name):
        return _node("scoped", of, call, name)

    def name(self, token):
        word = token[1:-1] if token.type == "QUOTED" else token
        return _node("name", token, word=str(word).strip())

    def shift(self, token):
        return _node("shift", token)

    def reference(self, name, *shifts):
        token = Token("NAME", name.word, line=name.line, column=name.column)
        return _node("reference", token, *shifts)


_parser = Lark(
    files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    transformer=_Builder(),
    maybe_placeholders=True,
)

_EXPECTED = {
    "RPAR": "右括号 )",
    "LPAR": "左括号 (",
    "RSQB": "右方括号 ]",
    "COMMA": "逗号",
    "NAME": "指标或函数名",
    "NUMBER": "数字",
    "QUOTED": "「指标名」",
    "SIGN": "+ 或 -",
    "TIMES": "* 或 /",
    "COMPARE": "比较符号",
    "AND": "and（且）",
    "OR": "or（或）",
    "NOT": "not（非）",
    "OF": "of(范围)",
    "$END": "公式结尾",
}


def parse(text: str) -> Node:
    """The syntax tree of a formula; FormulaError with line, column and a Chinese sentence otherwise."""
    if len(text) > LONGEST_TEXT:
        raise FormulaError(f"公式过长：{len(text)} 个字符，最多 {LONGEST_TEXT} 个。")
    if not text.strip():
        raise FormulaError("公式为空。")
    try:
        return _parser.parse(fold(text))
    except VisitError as wrapped:
        raise wrapped.orig_exc from None
    except UnexpectedInput as found:
        raise _told(found, text) from None


def _told(found: UnexpectedInput, text: str) -> FormulaError:
    if isinstance(found, UnexpectedCharacters):
        sign = text.split("\n")[found.line - 1][found.column - 1 : found.column]
        message = f"不认识的符号“{sign}”。"
    elif isinstance(found, UnexpectedEOF) or getattr(found.token, "type", "") == "$END":
        return FormulaError(
            f"公式没有写完，这里还需要{_wanted(found)}。", line=_last_line(text), column=_last(text)
        )
    elif isinstance(found, UnexpectedToken):
        message = f"“{found.token}”不该出现在这里，应为{_wanted(found)}。"
    else:
        message = "公式无法读懂。"
    return FormulaError(message, line=max(found.line, 1), column=max(found.column, 1))


def _wanted(found: UnexpectedInput) -> str:
    names = getattr(found, "accepts", None) or getattr(found, "expected", ())
    words = sorted({_EXPECTED[name] for name in names if name in _EXPECTED})
    return "、".join(words) or "别的内容"


def _last_line(text: str) -> int:
    return text.rstrip().count("\n") + 1


def _last(text: str) -> int:
    return len(text.rstrip().split("\n")[-1]) + 1
