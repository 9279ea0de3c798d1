"""What a notice says: `templates/<app>/notices/<kind>.txt`, the subject line first, then the body."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.conf import settings
from django.template import Context, loader
from django.utils import translation

from linli.kernel.registry import Registry


@dataclass(frozen=True)
class Text:
    """A rendered notice."""

    subject: str
    body: str
    link: str

    @property
    def body_on_page(self) -> str:
        """The body without its address: on a page the button beside it leads there."""
        return "\n".join(line for line in self.body.splitlines() if not self.link or self.link not in line)


@cache
def kinds() -> Registry[str]:
    """Kind of notice → its template; a kind that two apps write is refused."""
    found: Registry[str] = Registry("kind of notice")
    for app in apps.get_app_configs():
        folder = app.path + "/templates/" + app.label + "/notices"
        for path in sorted(_files(folder)):
            found[path.stem] = f"{app.label}/notices/{path.name}"
    return found


def has_text(kind: str) -> bool:
    """Whether some app has written what a notice of this kind says."""
    return kind in kinds()


def write(kind: str, context: dict, *, language: str = "") -> Text:
    """The text of a notice. `path` in the context becomes `{{ link }}`, built from PUBLIC_URL alone (A6)."""
    path = context.get("path", "")
    link = f"{settings.PUBLIC_URL}{path}" if path else ""
    template = loader.get_template(kinds()[kind]).template
    with translation.override(language or settings.LANGUAGE_CODE):
        # plain text: escaping is for the page that shows it
        said = template.render(Context({**context, "link": link}, autoescape=False)).strip()
    subject, _, body = said.partition("\n")
    return Text(" ".join(subject.split()), body.strip(), link)


def _files(folder: str):
    from pathlib import Path

    return Path(folder).glob("*.txt")
