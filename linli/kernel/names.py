"""Search keys of names: names are kept as given and never corrected, only folded beside (security I3)."""

import unicodedata

from pypinyin import Style, lazy_pinyin

DOTS = dict.fromkeys(
    map(ord, "·•‧・･⋅∙●. \u3000-'’")
)  # middle dots of minority and foreign names, and blanks


def fold(name: str) -> str:
    """The name without dots, blanks, case and width: two spellings of one name fold alike.

    >>> fold("买买提·吐尔逊") == fold("买买提•吐尔逊") == fold("买买提 吐尔逊")
    True
    """
    return unicodedata.normalize("NFKC", name).translate(DOTS).casefold()


def initials(name: str) -> str:
    """Pinyin initials, one letter a character; what has no reading keeps itself.

    >>> initials("张小明")
    'zxm'
    """
    return "".join(part[:1] for part in lazy_pinyin(fold(name), style=Style.NORMAL)).casefold()
