"""Harm to a child: reported at once to those the law names, and known to nobody else."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.cases.actions import WrongState, open_case
from linli.cases.models import Case
from linli.cases.steps import TermUnit
from linli.kernel import clock
from linli.people.models import Unit
from linli.places.models import Place

from ..models import Harm
from ..queries import rules_at, unit_of


@transaction.atomic
def report_harm(*, place, seen: str, by) -> Case:
    """A restricted case at the community of `place`; its title, its place and its timeline say nothing of a child."""
    community = Place.objects.get(code=place.ancestor_codes[4]) if len(place.ancestor_codes) > 4 else place
    book = rules_at(community)
    case = open_case(
        kind="harm",
        title=_("强制报告"),
        place=community,
        reporter=None,
        unit=_unit_for(community, book.rules.harm.unit),
        term=book.rules.harm.hours,
        term_unit=TermUnit.HOURS,
        by=by,
    )
    Harm.objects.create(case=case, rules=book, seen=seen)
    return case


def _unit_for(place, ending: str) -> Unit:
    """The department of that name above the place, else whoever answers for the place."""
    named = Unit.objects.filter(
        closed_on=None, kind=Unit.Kind.DEPARTMENT, name__endswith=ending, place__code__in=place.ancestor_codes
    )
    return named.order_by("-place__path").first() or unit_of(place)


def tell(case, *, by, who, receipt="") -> None:
    """Effect: one of those the law names has been told, with what he gave in return."""
    report = case.harm
    if who not in report.rules.rules.harm.told:
        raise WrongState(_("请选择规则列出的部门。"))
    report.told = [*report.told, {"who": who, "at": clock.now().isoformat(), "receipt": receipt}]
    report.save(update_fields=["told"])


def close(case, *, by) -> None:
    """Effect: filed, once everybody the law names was told."""
    told = {line["who"] for line in case.harm.told}
    missing = [who for who in case.harm.rules.rules.harm.told if who not in told]
    if missing:
        raise WrongState(_("还没有报告：%(who)s。") % {"who": "、".join(missing)})
