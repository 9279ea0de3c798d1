"""What the privacy pages read."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.kernel.masking import MASKS, mask_name

from .. import rules
from ..models import Person, Post, Reading
from .models import Correction


@dataclass(frozen=True)
class Fact:
    """One thing kept about a person, as he sees it himself: sensitive ones masked, with why and how long."""

    title: str
    value: str
    purpose: str
    basis: str
    keep: str


@dataclass(frozen=True)
class Look:
    """Somebody looked at hidden fields: when, who by role and masked name, which, and why."""

    at: datetime
    reader: str
    fields: str
    purpose: str


def facts_of(person) -> list[Fact]:
    """What the person's own row holds; everything else stands in the copy."""
    return [
        Fact(
            _title(name),
            _shown(person, name, said),
            said.purpose,
            said.basis,
            said.keep,
        )
        for name, said in Person.personal.items()
        if not name.endswith("_index") and not name.startswith("name_")
    ]


def _title(name: str) -> str:
    if name == "preferred_channel":
        return _("通知方式")
    return str(Person._meta.get_field(name).verbose_name)


def titled(values: dict) -> list[tuple]:
    """Revealed values under their Chinese names."""
    return [(_title(name), value) for name, value in values.items()]


def _shown(person, name: str, said) -> str:
    display = getattr(person, f"get_{name}_display", None)
    value = display() if display else getattr(person, name)
    if name == "preferred_channel":
        return _channels().get(value, value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    text = "" if value is None else str(value)
    return MASKS[said.mask](text) if said.sensitivity == 3 or said.mask == "phone" else text


def _channels() -> dict[str, str]:
    """The words of the ways one may be told; the ways themselves are folders of an app above."""
    return {
        "inbox": _("站内消息"),
        "sms": _("短信"),
        "email": _("电子邮件"),
        "webhook": _("微信服务号"),
        "letter": _("纸质信件"),
    }


def looks_at(person):
    """Who looked at the person's hidden fields, latest first; a QuerySet to be paged."""
    return Reading.objects.filter(person=person).select_related("reader__person").order_by("-at", "-pk")


def told(readings) -> list[Look]:
    """Readings as the person concerned sees them; two queries however many there are."""
    titles = {name: _title(name) for name in Person.personal}
    readers = {reading.reader.person_id for reading in readings}
    posts = Post.objects.filter(person__in=readers, during__contains=clock.today()).select_related(
        "role", "place"
    )
    roles = {post.person_id: f"{post.place.name}{post.role.name}" for post in posts}
    return [
        Look(
            reading.at,
            f"{roles.get(reading.reader.person_id, _('工作人员'))} {mask_name(str(reading.reader))}",
            "、".join(titles.get(name, _("其他登记内容")) for name in reading.fields),
            reading.purpose,
        )
        for reading in readings
    ]


def hidden(asked: Correction) -> str:
    """What somebody says is right, as his field shows itself to a reader who has not said why; "" for one of stars."""
    mask = Person.personal[asked.field].mask
    return "" if mask == "text" else MASKS[mask](asked.proposed or "")


def corrections_in_reach(user):
    """Corrections asked by people where the user may edit, the most urgent first; never his own (P11)."""
    return (
        Correction.objects.filter(user.scope(rules.EDIT, "person__home"), state=Correction.State.ASKED)
        .exclude(person=user.person_id)
        .select_related("person")
        .order_by("due_on", "asked_at")
    )
