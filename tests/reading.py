"""What a person reads of an answer: the words of its page, without addresses, ids and tokens."""

import re


def text_of(answer) -> str:
    """The words of the page's main part, each gap one space."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
