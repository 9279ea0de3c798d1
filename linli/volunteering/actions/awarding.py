"""The yearly awards: people propose, people may object, people decide."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock
from linli.notices.actions import notify

from .. import rules
from ..charters import charter_at
from ..models import AwardRound, Nomination, Objection
from ..refusals import VolunteeringRefused, refused
from .recording import holders_of

State = AwardRound.State


@transaction.atomic
def open_round(*, place, year: int, title: str, by) -> AwardRound:
    """The awards of a year begin with nominations; one round a year and place."""
    if not by.may(rules.AWARD, at=place):
        raise PermissionDenied
    try:
        with transaction.atomic():
            made = AwardRound.objects.create(
                place=place, year=year, title=title, charter=charter_at(place), by=by
            )
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.open_round", by=by, thing=made, place=place)
    return made


@transaction.atomic
def nominate(award_round, *, category: str, reason: str, by, volunteer=None, team=None) -> Nomination:
    """Put somebody forward; whoever organises volunteering there, or a volunteer – not oneself."""
    if award_round.state != State.NOMINATING:
        raise VolunteeringRefused("round_takes_nominations", _("推荐已经结束。"))
    own = rules.volunteer_of(by)
    if volunteer is not None and by.person_id == volunteer.pk:
        raise VolunteeringRefused("nominated_by_another", _("请由别人推荐。"))
    if own is None and not by.may(rules.ORGANISE):
        raise PermissionDenied
    if category not in {line.code for line in award_round.charter.rules.awards}:
        raise LookupError(category)
    try:
        with transaction.atomic():
            return Nomination.objects.create(
                round=award_round,
                category=category,
                volunteer=volunteer,
                team=team,
                reason=reason,
                by=by,
                at=clock.now(),
            )
    except IntegrityError as error:
        raise refused(error) from error


@transaction.atomic
def publish_round(award_round, *, by, days: int = 5) -> AwardRound:
    """Show the nominations to everybody for some days, so that whoever objects is heard before the decision."""
    award_round = _held(award_round, by)
    if award_round.state != State.NOMINATING or not award_round.nominations.exists():
        raise VolunteeringRefused("round_has_nominations", _("还没有推荐，或者已经公示。"))
    award_round.state, award_round.published_at = State.PUBLISHED, clock.now()
    award_round.objections_until = clock.today() + timedelta(days=days)
    award_round.save()
    audit.record("volunteering.publish_round", by=by, thing=award_round, place=award_round.place)
    return award_round


@transaction.atomic
def object_to(nomination, *, words: str, by) -> Objection:
    """Say what speaks against a published nomination, while the publication runs; once by each account."""
    award_round = nomination.round
    if award_round.state != State.PUBLISHED or clock.today() > award_round.objections_until:
        raise VolunteeringRefused("round_takes_objections", _("公示期以外不收异议。"))
    try:
        with transaction.atomic():
            made = Objection.objects.create(nomination=nomination, words=words, by=by, at=clock.now())
    except IntegrityError as error:
        raise refused(error) from error
    audit.record("volunteering.object", by=by, thing=made, place=award_round.place)
    for person in holders_of(rules.AWARD, award_round.place):
        notify(
            person, "volunteering-objection", needs=rules.AWARD, at=award_round.place,
            title=award_round.title[:80], path=f"/volunteering/awards/{award_round.pk}/",
        )  # fmt: skip
    return made


@transaction.atomic
def answer_objection(objection, *, answer: str, by) -> Objection:
    """What was found when it was looked into; the first answer stands. Nobody answers his own objection."""
    row = Objection.objects.select_for_update(of=("self",)).select_related("nomination__round__place").get(
        pk=objection.pk
    )  # fmt: skip
    place = row.nomination.round.place
    if not by.may(rules.AWARD, at=place) or row.by_id == by.pk:
        raise PermissionDenied
    if row.answered_at is None:
        row.answer, row.answered_by, row.answered_at = answer, by, clock.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        audit.record("volunteering.answer_objection", by=by, thing=row, place=place)
    return row


@transaction.atomic
def decide_round(award_round, *, awarded, by) -> AwardRound:
    """Say who is awarded, once the days of publication are over; everybody awarded hears it."""
    award_round = _held(award_round, by)
    if award_round.state == State.DECIDED:
        return award_round
    if award_round.state != State.PUBLISHED or clock.today() <= award_round.objections_until:
        raise VolunteeringRefused("round_was_published", _("公示期还没有结束。"))
    if Objection.objects.filter(nomination__round=award_round, answered_at=None).exists():
        raise VolunteeringRefused("objections_are_answered", _("还有异议没有答复，答复后再公布。"))
    chosen = {nomination.pk for nomination in awarded}
    for nomination in award_round.nominations.select_related("volunteer__person", "team__leader__person"):
        nomination.awarded = nomination.pk in chosen
        nomination.save(update_fields=["awarded"])
        leader = nomination.team.leader if nomination.team_id else nomination.volunteer
        if nomination.awarded and leader is not None:
            notify(leader.person, "volunteering-awarded", title=award_round.title[:80], path="/volunteering/")
    award_round.state, award_round.decided_at = State.DECIDED, clock.now()
    award_round.save()
    audit.record("volunteering.decide_round", by=by, thing=award_round, place=award_round.place)
    return award_round


def _held(award_round, by) -> AwardRound:
    row = AwardRound.objects.select_for_update(of=("self",)).select_related("place").get(pk=award_round.pk)
    if not by.may(rules.AWARD, at=row.place):
        raise PermissionDenied
    return row
