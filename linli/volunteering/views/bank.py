"""Pages of the bank: issues, second looks, settlement, partner shops, key clients."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from psycopg.types.range import DateRange

from linli.ledger.actions import LedgerRefused
from linli.ui.routes import needs

from .. import accounts, queries, rules
from ..actions.banking import ask_issue, decide_issue, district_bank, settle
from ..actions.clients import end_key_client, name_key_client
from ..actions.looking import look_at
from ..actions.redeeming import close_shop, hand_over, offer_reward, open_shop, restock
from ..bank_forms import ClientForm, LookForm, RewardForm, ShopForm
from ..belonging import place_of_post
from ..charters import charter_at
from ..forms import IssueForm
from ..models import Issue, Reward
from ..numbers import whole
from ..refusals import VolunteeringRefused


@needs(rules.GRANT)
@require_http_methods(["GET", "POST"])
def bank(request):
    """时间银行复核: minutes offices ask for, what banks owe each other, who looks twice."""
    form = IssueForm(request.POST if request.POST.get("act") == "ask" else None)
    if request.method == "POST":
        try:
            messages.success(request, act_on_bank(request, form))
        except (VolunteeringRefused, LedgerRefused) as no:
            messages.warning(request, str(no))
        return redirect("bank-desk")
    page = {
        "form": form,
        "banks": queries.banks_of(request.user),
        "issues": queries.issues_of(request.user)[:50],
        "entries": accounts.titled(accounts.waiting_entries(request.user)[:50]),
        "looked": accounts.titled(accounts.back_office_entries(request.user).exclude(look=None)[:20]),
        "settlements": accounts.settlements_of(request.user)[:20],
    }
    page["may_ask"] = request.user.may(rules.ISSUE)
    page["may_settle"] = request.user.may(rules.SETTLE)
    page["may_award"] = request.user.may(rules.AWARD)
    return render(request, "volunteering/bank.html", page)


def act_on_bank(request, form) -> str:
    """Ask, grant, refuse or settle; the sentence that tells it."""
    act = request.POST.get("act")
    if act in ("grant", "refuse"):
        issue = get_object_or_404(queries.issues_of(request.user), pk=whole(request.POST.get("issue")))
        done = decide_issue(issue, grant=act == "grant", by=request.user)
        return _("已发放。") if done.state == Issue.State.GRANTED else _("已退回。")
    if act == "look":
        return looked_at(request)
    if act == "settle":
        return _("已结清 %(n)s 笔。") % {"n": settle_all(request.user)}
    if not form.is_valid():
        raise VolunteeringRefused("issue_has_evidence")
    told = form.cleaned_data
    own = district_bank(place_of_post(request.user, rules.ISSUE), by=request.user)
    minutes = told["coins"] * charter_at(own.place).rules.coins.coin_minutes
    ask_issue(
        bank=own,
        minutes=minutes,
        reason=told["reason"],
        evidence=told["evidence"],
        by=request.user,
        key=told["key"],
    )
    return _("已提交，请另一位同事复核。")


def looked_at(request) -> str:
    """A second person's word on an entry of the back office."""
    form = LookForm(request.POST)
    if not form.is_valid():
        raise VolunteeringRefused("issue_has_evidence", _("请写明怎么核实的。"))
    told = form.cleaned_data
    entry = get_object_or_404(accounts.back_office_entries(request.user), pk=told["entry"])
    look = look_at(entry, in_order=told["in_order"] == "yes", words=told["words"], by=request.user)
    return _("已复看，属实。") if look.in_order else _("已记下不属实，请柜面另记一笔更正。")


def settle_all(user) -> int:
    """Net all banks in the reader's reach, the greatest debts first; how many transfers."""
    banks = [bank for bank in queries.banks_of(user) if user.may(rules.SETTLE, at=bank.place)]
    debtors = sorted((b for b in banks if b.clearing.balance > 0), key=lambda b: -b.clearing.balance)
    creditors = sorted((b for b in banks if b.clearing.balance < 0), key=lambda b: b.clearing.balance)
    return sum(1 for debtor in debtors for creditor in creditors if settle(debtor, creditor, by=user))


@needs(rules.REDEEM)
@require_http_methods(["GET", "POST"])
def shop(request):
    """兑换核销: the shop types the code and hands the thing over."""
    if request.method == "POST":
        try:
            done = hand_over(request.POST.get("code", ""), by=request.user)
        except (LookupError, VolunteeringRefused) as no:
            messages.warning(request, str(no.args[0]))
        else:
            messages.success(request, _("已核销：%(title)s。") % {"title": done.reward.title})
        return redirect("shop-desk")
    return render(request, "volunteering/shop.html")


@needs(rules.SETTLE)
@require_http_methods(["GET", "POST"])
def shops(request):
    """兑换点和兑换品: who gives what for coins, how many are left, what the shops took in."""
    form, reward_form = ShopForm(None, user=request.user, permission=rules.SETTLE), RewardForm(None)
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "open":
            form = ShopForm(request.POST, user=request.user, permission=rules.SETTLE)
        if act == "offer":
            reward_form = RewardForm(request.POST)
        if said := act_on_shops(request, act, form, reward_form):
            messages.success(request, said)
            return redirect("shop-catalogue")
    page = {"shops": accounts.shops_of(request.user), "form": form, "reward_form": reward_form}
    page["asked_shop"] = request.POST.get("shop", "")
    status = 422 if request.method == "POST" else 200
    return render(request, "volunteering/shops.html", page, status=status)


def act_on_shops(request, act, form, reward_form) -> str:
    """Open, offer, restock or close; the sentence that tells it, empty when a form has to be shown again."""
    known = accounts.shops_of(request.user)
    if act == "open":
        if not form.is_valid():
            return ""
        try:
            open_shop(by=request.user, **form.cleaned_data)
        except VolunteeringRefused as no:
            form.add_error("name", str(no))
            return ""
        return _("兑换点已登记。")
    if act == "restock":
        reward = get_object_or_404(
            Reward.objects.filter(shop__in=known), pk=whole(request.POST.get("reward"))
        )
        restock(reward, left=min(100_000, whole(request.POST.get("left"))), by=request.user)
        return _("数量已更新。")
    shop = get_object_or_404(known, pk=whole(request.POST.get("shop")))
    if act == "close":
        close_shop(shop, by=request.user)
        return _("兑换点已停止，已发的领取码仍然有效。")
    if not reward_form.is_valid():
        return ""
    told = reward_form.cleaned_data
    minutes = round(told["coins"] * charter_at(shop.place).rules.coins.coin_minutes)
    during = DateRange(told["since"], told["until"], "[]")
    what = {"title": told["title"], "minutes": minutes, "stock": told["stock"], "during": during}
    try:
        offer_reward(shop, **what, by=request.user)
    except VolunteeringRefused as no:
        reward_form.add_error("title", str(no))
        return ""
    return _("兑换品已上架。")


@needs(rules.ISSUE)
@require_http_methods(["GET", "POST"])
def clients(request):
    """重点对象: whom the pool pays for whatever his age; ended, not deleted."""
    adding = request.POST if request.POST.get("act") == "name" else None
    form = ClientForm(adding, user=request.user, permission=rules.ISSUE)
    if request.POST.get("act") == "end":
        named = get_object_or_404(accounts.clients_of(request.user), pk=whole(request.POST.get("client")))
        end_key_client(named, place=named.person.home, by=request.user)
        messages.success(request, _("已停止由公共池支付，已答应的求助照旧。"))
        return redirect("key-clients")
    if form.is_bound and form.is_valid() and named_in(request, form):
        messages.success(request, _("已列为重点对象，服务由公共池支付。"))
        return redirect("key-clients")
    page = {"form": form, "clients": accounts.clients_of(request.user)[:200]}
    return render(request, "volunteering/clients.html", page, status=422 if form.is_bound else 200)


def named_in(request, form) -> bool:
    """Whether the person stands on the list now; the reason why not is on the form."""
    told = form.cleaned_data
    try:
        name_key_client(told["person"], reason=told["reason"], place=told["person"].home, by=request.user)
    except VolunteeringRefused as no:
        form.add_error(None, str(no))
        return False
    return True
