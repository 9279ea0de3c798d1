"""Coins: the holder's own page, and the counter for whoever has no phone."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.cases.actions import WrongState
from linli.ledger.actions import LedgerRefused
from linli.ui.routes import needs, signed_in

from .. import accounts, queries, rules
from ..actions.banking import close_purse, community_of, donate, give
from ..actions.redeeming import cancel_redemption, redeem
from ..bank_forms import CloseForm
from ..belonging import community_of_user
from ..charters import NoCharter, charter_at
from ..forms import CoinsForm, PersonForm
from ..models import Redemption
from ..numbers import whole
from ..refusals import VolunteeringRefused

REFUSALS = (VolunteeringRefused, LedgerRefused, WrongState, NoCharter)


@signed_in
@require_http_methods(["GET", "POST"])
def coins(request):
    """我的时间币: what stands there, giving it on, what shops give for it, closing the account."""
    person, place = request.user.person, community_of_user(request.user)
    if person is None or place is None:
        return render(request, "volunteering/no_place.html")
    desk = Desk(request, person, place)
    if request.method == "POST" and desk.act():
        return redirect("coins")
    return render(request, "volunteering/coins.html", desk.page(), status=desk.status)


@needs(rules.ENTER)
@require_http_methods(["GET", "POST"])
def counter(request):
    """时间银行柜面: find who stands at the window or calls."""
    form = PersonForm(request.POST or None, user=request.user, permission=rules.ENTER)
    if form.is_bound and form.is_valid():
        return redirect("bank-person", form.cleaned_data["person"].pk)
    page = {"form": form, "title": _("时间银行柜面"), "verb": _("找到他"), "back": "volunteering-desk"}
    return render(request, "volunteering/form_desk.html", page, status=422 if form.is_bound else 200)


@needs(rules.ENTER)
@require_http_methods(["GET", "POST"])
def counter_person(request, pk):
    """What somebody at the window has and wants done; each entry is looked at by a second person."""
    person = get_object_or_404(accounts.people_at_counter(request.user).select_related("home"), pk=pk)
    desk = Desk(request, person, community_of(person.home))
    if request.method == "POST" and desk.act():
        return redirect("bank-person", pk)
    page = {**desk.page(), "person": person, "may_close": request.user.may(rules.ISSUE, at=person.home)}
    return render(request, "volunteering/counter.html", page, status=desk.status)


class Desk:
    """One person's purse on a page: its forms, its buttons and what they say."""

    def __init__(self, request, person, place):
        self.request, self.person, self.place = request, person, place
        try:
            self.rule = charter_at(place).rules.coins
        except NoCharter as none:
            raise Http404(str(none)) from none
        family = queries.family_of(person)
        self.form = CoinsForm(self._sent("give"), family=family, coin_minutes=self.rule.coin_minutes)
        self.close_form = CloseForm(self._sent("close"), family=family)

    def _sent(self, act: str):
        return self.request.POST if self.request.POST.get("act") == act else None

    @property
    def status(self) -> int:
        return 422 if self.form.is_bound or self.close_form.is_bound else 200

    def page(self) -> dict:
        purse, rule = queries.purse_figures(self.person), self.rule
        redemptions = purse.redemptions.select_related("reward__shop").order_by("-at")[:10] if purse else []
        return {
            "form": self.form,
            "close_form": self.close_form,
            "purse": purse,
            "rule": rule,
            "kept": kept_for(rule.expiry_months),
            "available": queries.coins_of(purse.account.available if purse else 0, rule),
            "pending": queries.coins_of(purse.account.debits_pending if purse else 0, rule),
            "rewards": [
                (one, queries.coins_of(one.minutes, rule), uuid4()) for one in queries.rewards_for(self.place)
            ],
            "redemptions": redemptions,
        }

    def act(self) -> bool:
        """Do what the button says and tell it; False when a form has to be shown again."""
        verbs = {"give": self.give, "redeem": self.redeem, "cancel": self.take_back, "close": self.close}
        verb = verbs.get(self.request.POST.get("act", ""))
        if verb is None:
            raise Http404
        try:
            if said := verb():
                messages.success(self.request, said)
        except REFUSALS as no:
            messages.warning(self.request, str(no))
            return True
        return bool(said)

    def give(self) -> str:
        if not self.form.is_valid():
            return ""
        told, by = self.form.cleaned_data, self.request.user
        sent = {"key": told["key"], "giver": self.person, "minutes": told["coins"], "by": by}
        donate(**sent) if told["to"] == "pool" else give(to=self.form.family[told["to"]], **sent)
        return _("已转出，谢谢您。")

    def redeem(self) -> str:
        asked = self.request.POST
        reward = get_object_or_404(queries.rewards_for(self.place), pk=whole(asked.get("reward")))
        made = redeem(reward, key=uuid_of(asked.get("key")), person=self.person, by=self.request.user)
        told = {"code": made.code, "shop": reward.shop.name}
        return _("兑换好了，领取码 %(code)s，请到 %(shop)s 领取。") % told

    def take_back(self) -> str:
        own = Redemption.objects.filter(purse__account__holder=self.person)
        asked = get_object_or_404(own, code=self.request.POST.get("code", ""))
        cancel_redemption(asked, by=self.request.user)
        return _("已取消，时间币退回了。")

    def close(self) -> str:
        """The account ends with 0; what was left went to the heir or the pool."""
        if not self.close_form.is_valid():
            return ""
        purse = queries.purse_figures(self.person)
        if purse is None:
            raise VolunteeringRefused("purse_is_open", _("没有开着的时间币账户。"))
        told = self.close_form.cleaned_data
        final = close_purse(purse, by=self.request.user, why=told["why"], heir=told["heir"])
        last = {"lines": len(final.lines), "balance": final.balance}
        return _("账户已注销，余额 %(balance)s，共 %(lines)s 笔明细，可以在明细里查看。") % last


def kept_for(months: int) -> str:
    """How long coins keep, as people say it: in years where they are whole; empty where they do not expire."""
    if not months:
        return ""
    return _("满 %(n)s 个月") % {"n": months} if months % 12 else _("满 %(n)s 年") % {"n": months // 12}


def uuid_of(text):
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None
