"""荣誉证书: of a decided award or an earned star; issued once, signed, checked without signing in."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.cases.actions import next_number
from linli.kernel import clock
from linli.kernel.masking import mask_name
from linli.ledger.signing import is_signed, sign

from .. import rules
from ..charters import charter_at
from ..models import AwardRound, Honour, Nomination, Volunteer
from ..queries import star_of
from ..refusals import VolunteeringRefused
from .certifying import seal_of

PREFIX = "RY"


@dataclass(frozen=True)
class CheckedHonour:
    """What somebody learns who checks a certificate of honour; `genuine` False tells nothing else."""

    genuine: bool
    number: str = ""
    name: str = ""
    title: str = ""
    occasion: str = ""
    issuer: str = ""
    issued_at: datetime | None = None
    stands: bool = True  # False: by the records as they are now the star would not be given


def may_have(nomination, *, by) -> bool:
    """Who is given the paper of an award: who was awarded, who acts for him, the officer of the round."""
    holder = nomination.volunteer_id or (nomination.team.leader_id if nomination.team_id else None)
    own = holder is not None and (by.person_id == holder or holder in by.acts_for)
    return own or by.may(rules.AWARD, at=nomination.round.place)


@transaction.atomic
def issue_award(nomination, *, by) -> Honour:
    """The certificate of an award; asked again, the same one. VolunteeringRefused: not awarded (yet)."""
    rows = Nomination.objects.select_for_update(of=("self",), no_key=True)  # two clicks, one number
    row = rows.select_related("round__charter", "round__place", "team").get(pk=nomination.pk)
    if not may_have(row, by=by):
        raise PermissionDenied
    if not (row.awarded and row.round.state == AwardRound.State.DECIDED):
        raise VolunteeringRefused("award_is_decided", _("这个奖项还没有公布。"))
    known = Honour.objects.filter(nomination=row).first()
    if known is not None:
        return known
    names = {line.code: line.name for line in row.round.charter.rules.awards}
    paper = Honour(
        nomination=row,
        volunteer_id=row.volunteer_id,
        team_id=row.team_id,
        title=names.get(row.category, row.category),
        occasion=row.round.title,
        issuer=row.round.place,
    )
    return _issued(paper, by=by)


@transaction.atomic
def issue_star(volunteer, *, by) -> Honour:
    """The certificate of the star a volunteer has; once for each level. VolunteeringRefused: none earned yet."""
    own = by.person_id == volunteer.pk or volunteer.pk in by.acts_for
    if not (own or by.may(rules.CONFIRM, at=volunteer.place)):
        raise PermissionDenied
    row = Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    star = star_of(row, charter_at(row.place))
    if star is None:
        raise VolunteeringRefused("star_is_earned", _("还没有评上星级，确认的时长够了就可以下载。"))
    known = Honour.objects.filter(volunteer=row, level=star.level).first()
    if known is not None:
        return known
    hours = _("经确认的服务时长满 %(hours)s 小时") % {"hours": star.minutes // 60}
    paper = Honour(volunteer=row, level=star.level, title=star.name, occasion=hours, issuer=row.place)
    return _issued(paper, by=by)


def _issued(paper: Honour, *, by) -> Honour:
    paper.number, paper.issued_at, paper.issued_by = next_number(PREFIX, clock.now()), clock.now(), by
    paper.signature = sign(honour_text(paper))
    paper.save()
    audit.record("volunteering.honour", by=by, thing=paper, place=paper.issuer)
    return paper


def honour_text(paper: Honour) -> str:
    """What the signature covers: whose it is and every word of what it says."""
    whose = paper.volunteer.number if paper.volunteer_id else paper.team.number
    return "|".join(("honour", paper.number, whose, paper.title, paper.occasion, paper.issuer.code))


def check_honour(*, number: str, seal: str) -> CheckedHonour:
    """Whether number and seal of a paper belong together, and what it has to say."""
    related = Honour.objects.select_related("volunteer__person", "volunteer__place", "team", "issuer")
    paper = related.filter(number=number.strip().upper()).first()
    if paper is None or not is_signed(honour_text(paper), paper.signature):
        return CheckedHonour(False)
    if seal.strip().lower() != seal_of(paper):
        return CheckedHonour(False)
    return CheckedHonour(
        True,
        number=paper.number,
        name=mask_name(paper.volunteer.person.name) if paper.volunteer_id else paper.team.name,
        title=paper.title,
        occasion=paper.occasion,
        issuer=paper.issuer.name,
        issued_at=paper.issued_at,
        stands=_stands(paper),
    )


def _stands(paper: Honour) -> bool:
    if paper.level is None:
        return True
    star = star_of(paper.volunteer, charter_at(paper.volunteer.place))
    return star is not None and star.level >= paper.level
