"""Help orders: asked, matched, accepted, served, confirmed by both sides – then, and only then, coins move."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from linli.cases.actions import WrongState, open_case, rate
from linli.cases.models import Case
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.ledger.actions import LedgerRefused, lock, reserve, void
from linli.notices.actions import notify
from linli.people.models import Unit

from .. import rules
from ..charters import charter_at
from ..models import Attendance, Help, KeyClient, Volunteer
from ..refusals import VolunteeringRefused, refused
from .banking import (
    SERVICE,
    accounts_between,
    district_bank,
    key_of,
    move,
    pool_side,
    purse_of,
    room_in,
    side_of,
)
from .daily import add_to_day


@dataclass(frozen=True)
class Wish:
    """What somebody would like to be done, checked by a form."""

    service: str
    place: Any
    begin: datetime
    minutes: int | None = None  # none: as long as the service usually takes
    description: str = ""
    channel: str = Help.Channel.PORTAL


@transaction.atomic
def ask_for_help(wish: Wish, *, person, by, key: UUID | None = None) -> Help:
    """The order of a person; `by` enters it: himself, his family, or a clerk who took the call.

    VolunteeringRefused: the service is not on the low-risk list, or nobody keeps the order there.
    LedgerRefused: neither his coins nor the pool cover it. The same `key` twice gives the same order.
    """
    if not (by.person_id == person.pk or person.pk in by.acts_for or by.may(rules.ENTER, at=wish.place)):
        raise PermissionDenied
    known = Help.objects.filter(key=key).select_related("case").first() if key else None
    if known is not None:
        return known
    charter = charter_at(wish.place)
    line = charter.rules.service(wish.service)
    if not line.low_risk:
        raise VolunteeringRefused("help_is_low_risk", _("这项服务需要专业人员，请联系社区工作者。"))
    minutes = wish.minutes or line.minutes
    why = why_pool(person, charter)
    if not why and purse_of(person, place=wish.place, by=by).account.available < minutes:
        raise LedgerRefused("account_never_below_its_floor")
    try:
        with transaction.atomic():
            return _open(wish, charter, line, minutes, why, person=person, by=by, key=key)
    except IntegrityError:
        known = Help.objects.filter(key=key).select_related("case").first() if key else None
        if known is None:
            raise
        return known


def _open(wish, charter, line, minutes, why, *, person, by, key) -> Help:
    case = open_case(
        kind="help",
        title=line.name,
        place=wish.place,
        reporter=person,
        unit=desk_for(wish.place),
        by=by,
        on_behalf_of=None if by is not None and by.person_id == person.pk else person,
    )
    return Help.objects.create(
        case=case,
        charter=charter,
        service=line.code,
        channel=wish.channel,
        description=wish.description,
        wanted=Range(wish.begin, wish.begin + timedelta(minutes=minutes)),
        minutes=minutes,
        from_pool=bool(why),
        why_pool=why,
        key=key,
    )


def desk_for(place) -> Unit:
    """Who keeps the orders of a place: its committee, else the office of the street."""
    units = Unit.objects.filter(closed_on=None, place__code__in=place.ancestor_codes[3:])
    found = sorted(units.filter(kind__in=["committee", "street_office"]), key=lambda unit: unit.kind)
    if not found:
        raise VolunteeringRefused("help_has_a_desk", _("这里还没有受理求助的单位，请打社区电话。"))
    return found[0]


def why_pool(person, charter) -> str:
    """Why the public pool pays for somebody; empty when it does not."""
    age, limit = person.age_on(clock.today()), charter.rules.coins.pool_age
    if age is not None and age >= limit:
        return _("%(age)s 岁及以上") % {"age": limit}
    named = KeyClient.objects.filter(person=person, until=None).first()
    return named.reason[:60] if named else ""


def receive(origin, *, by, text: str = "") -> Case:
    """An order out of another kind of case (a request, a visit), about `text`; the desk asks for the details."""
    if origin.reporter is None:
        raise WrongState(_("没有留下姓名，不能转为求助单。"))
    wish = Wish(
        service=charter_at(origin.place).rules.on_offer()[0].code,
        place=origin.place,
        begin=clock.now() + timedelta(days=1),
        description=_("来自 %(number)s：%(title)s")
        % {"number": origin.number, "title": text or origin.title},
        channel=Help.Channel.REFERRAL,
    )
    charter = charter_at(wish.place)
    line = charter.rules.service(wish.service)
    why = why_pool(origin.reporter, charter)
    return _open(wish, charter, line, line.minutes, why, person=origin.reporter, by=by, key=None).case


# --- Effects of the steps ----------------------------------------------------------------------------


def describe(case, *, by, service: str, begin: datetime, minutes: int, description: str = "") -> None:
    """Effect: the desk called back: what is wanted, and when. WrongState: the service is not on the list."""
    order = case.help
    line = order.charter.rules.service(service)
    if not line.low_risk:
        raise WrongState(_("这项服务需要专业人员，请联系社区工作者。"))
    order.service, order.minutes, order.description = line.code, minutes, description
    if begin != order.wanted.lower:
        order.untaken_at = None  # another time: whoever looks after it is told anew when that comes near
    order.wanted = Range(begin, begin + timedelta(minutes=minutes))
    order.save(update_fields=["service", "minutes", "description", "wanted", "untaken_at"])
    case.title = line.name


def offer(case, *, by, volunteer: Volunteer, why: str = "") -> None:
    """Effect: the order is proposed to a volunteer, with the reason; he may decline."""
    if not volunteer.is_serving or volunteer.pk == case.reporter_id:
        raise WrongState(_("请选一位已注册的志愿者，不能是求助人自己。"))
    if not rules.is_grown(volunteer, case.help.charter):
        raise WrongState(_("未成年志愿者不接上门的求助单，可以参加有大人带队的活动。"))
    case.help.volunteer, case.help.why_matched = volunteer, why[:160]
    case.help.save(update_fields=["volunteer", "why_matched"])
    case.assignee = getattr(volunteer.person, "user", None)
    if case.assignee is None:  # on the phone: no account, so the assignee's notice does not reach him
        notify(volunteer.person, "volunteering-offered", title=case.title, number=case.number)


def accept(case, *, by) -> None:
    """Effect: the volunteer says yes; the minutes are set aside."""
    _set_aside(case, by=by)


def take(case, *, by) -> None:
    """Effect: a volunteer near by takes an order nobody was asked for; the minutes are set aside."""
    offer(case, by=by, volunteer=rules.volunteer_of(by), why=_("志愿者自己接单"))
    _set_aside(case, by=by)


def sides_of(case, *, by):
    """Who pays and who is paid: the person or the pool, and the volunteer."""
    order = case.help
    if order.from_pool:
        payer = pool_side(district_bank(case.place, by=by))
    else:
        payer = side_of(purse_of(case.reporter, place=case.place, by=by))
    return payer, side_of(purse_of(order.volunteer.person, place=order.volunteer.place, by=by))


def _set_aside(case, *, by) -> None:
    order = case.help
    _keep_time(order)
    if not _pays(order):
        return
    payer, payee = sides_of(case, by=by)
    between = accounts_between(payer, payee)
    turn = case.events.count()
    try:
        order.reservation = reserve(
            key=key_of("help", case.pk, "hold", turn),
            debit=between[0],
            credit=between[1],
            amount=order.minutes,
            reason=SERVICE,
            by=_account(by),
        )
    except LedgerRefused as no:
        who = _("公共池") if order.from_pool else _("求助人")
        raise WrongState(_("%(who)s的时间币不够：%(why)s") % {"who": who, "why": no}) from no
    order.save(update_fields=["reservation"])


def _keep_time(order) -> None:
    """He does nothing else at that time: the database compares his accepted orders and his joined shifts."""
    order.busy = order.wanted
    try:
        with transaction.atomic():
            order.save(update_fields=["busy"])
    except IntegrityError as error:
        raise WrongState(str(refused(error))) from error


def _pays(order) -> bool:
    return order.charter.rules.service(order.service).coins


def _account(by):
    return by if getattr(by, "pk", None) else None


def let_go(case, *, by) -> None:
    """Effect: the volunteer does not do it; what was set aside comes back, and the order is open again."""
    order = case.help
    _give_back(order, by=by)
    order.volunteer, order.why_matched, order.reservation, order.busy = None, "", None, None
    order.served, order.served_minutes, order.served_content = None, None, ""
    order.save()
    case.assignee = None


def drop(case, *, by) -> None:
    """Effect: the order ends without service."""
    _give_back(case.help, by=by)
    case.help.reservation, case.help.busy = None, None
    case.help.save(update_fields=["reservation", "busy"])


def _give_back(order, *, by) -> None:
    if order.reservation_id:
        void(key=uuid5(order.reservation_id, "back"), reservation=order.reservation, by=_account(by))


def report_served(case, *, by, begin: datetime, minutes: int, content: str = "") -> None:
    """Effect: the volunteer (or who took his call) says what was done and how long it took."""
    order = case.help
    end = begin + timedelta(minutes=minutes)
    if end > clock.now():
        raise WrongState(_("服务还没有结束，结束后再填写。"))
    if order.reservation_id and minutes > order.reservation.amount:
        raise WrongState(
            _("最多填 %(minutes)s 分钟；时间更长请先和求助人商量，另提一单。") % {"minutes": order.minutes}
        )
    order.served, order.served_minutes = Range(begin, end), minutes
    order.served_content = content or order.service_name
    order.entered_by = getattr(by, "person", None)
    order.silent_at, order.busy = None, None  # from here on the record of the service guards its time
    order.save()


def confirm(case, *, by, evidence: str = "") -> None:
    """Effect: the other side says so too: the hours are confirmed and the coins move, or neither."""
    order = case.help
    order.volunteer = Volunteer.objects.select_related("person").get(pk=order.volunteer_id)
    _record(case, order, by=by, evidence=evidence)
    if order.reservation_id:
        _pay(case, order, by=by)
    order.save()


def _record(case, order, *, by, evidence) -> None:
    confirmer = getattr(by, "person", None) or case.reporter
    day = order.served.lower.astimezone(CHINA).date()
    try:
        with transaction.atomic():
            Attendance.objects.create(
                volunteer=order.volunteer,
                source=Attendance.Source.ORDER,
                charter=order.charter,
                service=order.service,
                content=order.served_content,
                place=case.place,
                during=order.served,
                minutes=order.served_minutes,
                case=case,
                receiver=case.reporter,
                recorded_by=order.entered_by or order.volunteer.person,
                recorded_at=clock.now(),
                state=Attendance.State.CONFIRMED,
                evidence=evidence or _("求助单 %(number)s，双方确认") % {"number": case.number},
                confirmed_by=confirmer,
                decided_at=clock.now(),
            )
            most = order.charter.rules.limits.day_minutes
            add_to_day(order.volunteer_id, day, "served", order.served_minutes, most=most)
    except IntegrityError as error:
        no = refused(error)
        if not isinstance(no, VolunteeringRefused):
            raise
        raise WrongState(str(no)) from error


def _pay(case, order, *, by) -> None:
    """Release what was set aside and move what was served; above the volunteer's cap into the pool."""
    payer, payee = sides_of(case, by=by)
    pool = pool_side(district_bank(case.place, by=by))
    lock(*accounts_between(payer, payee), *accounts_between(payer, pool), order.reservation.debit)
    account = _account(by)
    void(key=uuid5(order.reservation_id, "back"), reservation=order.reservation, by=account)
    fits = min(order.served_minutes, room_in(payee.account, order.charter.rules.coins.cap))
    key = key_of("help", case.pk, order.reservation_id)
    if fits:
        order.paid = move(key=key, payer=payer, payee=payee, amount=fits, reason=SERVICE, by=account)
    over = order.served_minutes - fits
    if over and payer.account.pk != pool.account.pk:
        move(key=uuid5(key, "over"), payer=payer, payee=pool, amount=over, reason=SERVICE, by=account)


def thank(case, *, by, stars: int, comment: str = "") -> None:
    """Effect: what the one who was helped thinks of it; free, and never made up."""
    rate(case, by=by, stars=stars, comment=comment)


def change_minutes(case, *, by, minutes: int) -> None:
    """Effect: a coordinator has heard both sides; so many minutes, to be confirmed as usual."""
    order = case.help
    if order.reservation_id and minutes > order.reservation.amount:
        raise WrongState(_("最多 %(minutes)s 分钟。") % {"minutes": order.reservation.amount})
    order.served_minutes = minutes
    order.served = Range(order.served.lower, order.served.lower + timedelta(minutes=minutes))
    order.entered_by = getattr(by, "person", None)
    order.save()
