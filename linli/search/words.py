"""Words of a text and of a question, as PostgreSQL's `tsvector` and `tsquery` read them.

Chinese has no blanks. rjieba finds the words, but cuts an unknown name differently inside another text
(翠湖东苑 becomes 翠·湖东·苑); so each pair of neighbouring characters stands in the index too, and any two
characters that stand together are found.
"""

import re
import unicodedata

import rjieba

from linli.kernel import names

LONGEST_TEXT = 4000  # characters of a row that are indexed
MOST_TERMS = 24  # of a question
TITLE, INITIALS, TEXT = "A", "B", "D"  # weights: ts_rank counts them 1.0, 0.4 and 0.1
_LONGEST_WORD = 60  # characters; a tsvector refuses words of 2,047 bytes
_FURTHEST = 16383  # the last position a tsvector knows

CHINESE = "々〇\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{CHINESE}]+|[^\W{CHINESE}]+(?:[-./][^\W{CHINESE}]+)*")
_IS_CHINESE = re.compile(rf"[{CHINESE}]")
_PART = re.compile(r"[-./]")


def fold(text: str) -> str:
    """The text with one width and one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def pairs(run: str) -> list[str]:
    """Each two neighbouring characters, and the last one alone.

    >>> pairs("东苑小区")
    ['东苑', '苑小', '小区', '区']
    """
    return [run[place : place + 2] for place in range(len(run))]


def tokens(text: str) -> list[str]:
    """Every word under which a text can be found."""
    found: list[str] = []
    for run in _RUN.findall(fold(text[:LONGEST_TEXT])):
        if _IS_CHINESE.match(run):
            found += [*rjieba.cut_for_search(run), *pairs(run)]
        else:
            found += [run, *_PART.split(run)]
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in found))


def vector(title: str, text: str = "", *, with_initials: bool = False) -> str:
    """The `tsvector` literal of a row. Words hold neither quotes nor backslashes: nothing is to be escaped.

    >>> vector("Ab")
    "'ab':1A"
    """
    weighted = [(word, TITLE) for word in dict.fromkeys(tokens(title) + tokens(names.fold(title)))]
    if with_initials:
        spelt = "".join(_RUN.findall(names.initials(title)))
        weighted += [(f"~{spelt[:_LONGEST_WORD]}", INITIALS)] if spelt else []
    weighted += [(word, TEXT) for word in tokens(text)]
    lines = (f"'{word}':{min(place, _FURTHEST)}{weight}" for place, (word, weight) in enumerate(weighted, 1))
    return " ".join(lines)


def question(words: str) -> str:
    """The `tsquery` literal of what somebody typed; an empty string when there is no word in it.

    >>> question("zxm")
    "('zxm':* | '~zxm':*)"
    """
    terms: list[str] = []
    for run in _RUN.findall(fold(words)):
        if _IS_CHINESE.match(run):
            terms += [_chinese_term(word) for word in rjieba.cut(run)]
        else:
            word = run[:_LONGEST_WORD]
            terms.append(f"('{word}':* | '~{word}':*)" if word.isalpha() else f"'{word}':*")
    return " & ".join(terms[:MOST_TERMS])


def _chinese_term(word: str) -> str:
    if len(word) <= 2:
        return f"'{word}':*"
    inner = " & ".join(f"'{pair}'" for pair in pairs(word)[:-1])
    return f"('{word}':* | ({inner}))"
