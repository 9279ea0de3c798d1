"""Corrections: whoever sees that a row is wrong says so, whoever keeps it answers, and the row is put right."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.notices.actions import notify
from linli.people.models import Person, Post

from .changing import Changeable, changeable, changeables
from .models import ChangeRequest
from .terms import with_terms


@transaction.atomic
def ask_change(kind: Changeable, row, *, by, column: str, proposed: str) -> ChangeRequest:
    """Say what of a row is wrong and what it should be; those who keep it are told.

    ValidationError: the column is none of the row's, what is proposed can never stand there, or too much of
    the same person is waiting already. PermissionDenied: the row is not one the person sees.
    """
    row = kind.rows(by).filter(pk=row.pk).first()
    if row is None:
        raise PermissionDenied
    if column not in kind.columns:
        raise ValidationError({"column": _("没有这一项。")})
    waiting = ChangeRequest.objects.filter(kind=kind.name, row=row.pk, asked_by=by, decided_at=None)
    if waiting.count() >= kind.most_waiting(row):
        raise ValidationError(_("您对这一条提出的更正还在核实，请等答复后再提。"))
    kind.refuse(row, column, proposed)
    asked = ChangeRequest(
        kind=kind.name, row=row.pk, place=kind.place_of(row), column=column, stated=kind.stated(row, column),
        proposed=proposed.strip(), asked_by=by, asked_at=clock.now(),
    )  # fmt: skip
    asked.full_clean(exclude=["place", "asked_by"])
    asked.save()
    audit.record("change.asked", by=by, thing=asked, place=asked.place)
    _tell_keepers(kind, asked)
    return asked


@transaction.atomic
def answer_change(asked: ChangeRequest, *, by, accepted: bool, answer: str = "", value: str = "") -> bool:
    """Answer once, by somebody else who keeps the row; whether the row was put right at once.

    Accepted: the row is changed by the ordinary act to `value` (else to what was proposed), in the same
    transaction; what has no column is then done by hand. Refused: `answer` says why. Who asked is told.
    """
    asked = ChangeRequest.objects.select_for_update(of=("self",)).select_related("place").get(pk=asked.pk)
    kind = changeable(asked.kind)
    if kind is None or by.pk == asked.asked_by_id or not by.may(kind.keep, at=asked.place):
        raise PermissionDenied
    if asked.decided_at is not None:
        raise ValidationError(_("这条更正已经答复过了。"))
    if not accepted and not answer.strip():
        raise ValidationError({"answer": _("不采纳要说明原因。")})
    asked.accepted, asked.answer = accepted, answer.strip()
    asked.decided_by, asked.decided_at = by, clock.now()
    asked.full_clean(exclude=["place", "asked_by", "decided_by"])
    asked.save()
    audit.record(f"change.{'accepted' if accepted else 'refused'}", by=by, thing=asked, place=asked.place)
    done = accepted and _put_right(kind, asked, value.strip() or asked.proposed, by=by)
    if asked.asked_by is not None:
        told = {"title": str(kind.title), "accepted": accepted, "answer": asked.answer}
        notify(asked.asked_by, "change-answered", path=reverse("change-mine"), **told)
    return done


def _put_right(kind: Changeable, asked: ChangeRequest, value: str, *, by) -> bool:
    row = kind.rows(by).filter(pk=asked.row).first()
    if row is None:
        raise ValidationError(_("这一条已经归档或不在了，请改为不采纳并说明。"))
    why = _("采纳更正：%s") % kind.columns.get(asked.column, asked.column)
    return kind.correct(row, asked.column, value, by=by, why=why)


def _tell_keepers(kind: Changeable, asked: ChangeRequest) -> None:
    keys = keepers_near(kind.keep, asked.place, but=asked.asked_by)
    for person in Person.objects.filter(pk__in=keys).order_by("pk"):
        notify(
            person, "change-asked", needs=kind.keep, at=asked.place,
            title=str(kind.title), place=asked.place.name, path=reverse("change-answer", args=[asked.pk]),
        )  # fmt: skip


def keepers_near(keep: str, place, *, but) -> list[int]:
    """Keys of the persons who hold the right at the nearest place; who sits higher sees it in the list."""
    posts = Post.objects.filter(
        place__code__in=place.ancestor_codes,
        during__contains=clock.today(),
        role__retired_on=None,
        role__permissions__contains=[keep],
    ).exclude(person=but and but.person_id)
    nearest = posts.order_by(Length("place__path").desc()).values_list("place", flat=True).first()
    return list(posts.filter(place=nearest).values_list("person", flat=True))


def may_answer(user) -> bool:
    """Whether the user keeps anything that others may correct."""
    return any(user.may(permission) for permission in {kind.keep for kind in changeables()})


def to_answer(user) -> QuerySet:
    """Corrections that wait where the user keeps the row; nobody answers his own."""
    waiting = ChangeRequest.objects.filter(_kept_by(user), decided_at=None).exclude(asked_by=user)
    return waiting.select_related("place").order_by("asked_at", "pk")


def answered(user, *, since) -> QuerySet:
    """Corrections that were answered since a moment where the user keeps the row."""
    return ChangeRequest.objects.filter(_kept_by(user), decided_at__gte=since).select_related("place")


def _kept_by(user) -> Q:
    names: dict[str, list[str]] = {}
    for kind in changeables():
        names.setdefault(kind.keep, []).append(kind.name)
    mine = Q(pk__in=[])
    for permission, kinds in names.items():
        if user.may(permission):
            mine |= Q(kind__in=kinds) & user.scope(permission, "place")
    return mine


def asked_by(user) -> QuerySet:
    """What the user said is wrong, newest first."""
    return ChangeRequest.objects.filter(asked_by=user).select_related("place").order_by("-pk")


def with_words(found: list[ChangeRequest]) -> list[ChangeRequest]:
    """The requests with the titles of their kind and column."""
    for asked in found:
        kind = changeable(asked.kind)
        asked.title = str(kind.title) if kind else asked.kind
        asked.column_title = str(kind.columns.get(asked.column, asked.column)) if kind else asked.column
    return found


def waiting_about(kind: Changeable, row) -> list[ChangeRequest]:
    """What is said to be wrong with one row and waits for an answer."""
    waiting = ChangeRequest.objects.filter(kind=kind.name, row=row.pk, decided_at=None)
    return with_terms(with_words(list(waiting.select_related("place"))))


def follow_merge(kind: str, row: int, *, into: int) -> None:
    """What was said of a duplicate is said of the row that stays."""
    ChangeRequest.objects.filter(kind=kind, row=row).update(row=into)
