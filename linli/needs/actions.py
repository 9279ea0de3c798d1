"""List a need, match it, turn it into a project."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linli import audit
from linli.cases.actions import WrongState, open_case
from linli.cases.queries import units_above
from linli.people.models import Unit

from .models import Need, NeedKinds, Project, Resource


@transaction.atomic
def list_need(*, place, kind, text, by=None, reporter=None):
    """The case of a new need, without a deadline: it stays in sight until it is met. LookupError: no unit."""
    names = {line.code: line.name for line in NeedKinds.at(place).rules.kinds}
    case = open_case(
        kind="need",
        title=f"{names[kind]}：{' '.join(text.split())[:40]}",
        place=place,
        reporter=reporter,
        unit=units_above(place, Unit.Kind.COMMITTEE, Unit.Kind.STREET_OFFICE)[0],
        by=by,
        on_behalf_of=None if reporter is None or getattr(by, "person_id", None) == reporter.pk else reporter,
    )
    Need.objects.create(case=case, kind=kind, text=text)
    return case


def receive(origin, *, by, text=""):
    """A need that came up elsewhere, such as on a visit; of which kind, the community says later."""
    kind = NeedKinds.at(origin.place).rules.kinds[-1].code
    return list_need(
        place=origin.place, kind=kind, text=text or origin.title, by=by, reporter=origin.reporter
    )


def sort_out(case, *, by, kind) -> None:
    """Effect: what kind of need it is."""
    case.need.kind = kind
    case.need.save(update_fields=["kind"])


def match(case, *, by, resource) -> None:
    """Effect: a resource meets the need and has one place less; WrongState when it has none left."""
    free = Resource.objects.filter(pk=resource.pk, ended_on=None, taken__lt=F("capacity"))
    if not free.update(taken=F("taken") + 1):
        raise WrongState(_("“%(name)s”已经排满或不再提供，请另选。") % {"name": resource.title})
    case.need.resource = resource
    case.need.save(update_fields=["resource"])


def release(case, *, by) -> None:
    """Effect: the resource or project did not meet the need; its place is free again."""
    need = case.need
    if need.resource_id:
        Resource.objects.filter(pk=need.resource_id).update(taken=F("taken") - 1)
    need.resource = need.project = None
    need.save(update_fields=["resource", "project"])


def put_into_project(case, *, by, project) -> None:
    """Effect: the need is met by a project that is set up for it and its like."""
    if project.state not in (Project.State.PLANNED, Project.State.RUNNING):
        raise WrongState(_("这个项目已经结束，请另选。"))
    case.need.project = project
    case.need.save(update_fields=["project"])


@transaction.atomic
def offer_resource(*, by, **facts) -> Resource:
    """A resource on the list from now on."""
    made = Resource.objects.create(**facts)
    audit.record("needs.offer_resource", by=by, thing=made, place=made.place)
    return made


@transaction.atomic
def set_up_project(*, by, **facts) -> Project:
    """A project on the list from now on."""
    made = Project.objects.create(**facts)
    audit.record("needs.set_up_project", by=by, thing=made, place=made.place)
    return made
