"""Pages of community commerce: the list, an offer, one's own, the rules, what waits to be looked through."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.places.models import Place
from linli.reach.forms import own_community
from linli.reach.outlet_rules import outlet_rules_at
from linli.reach.queries.circles import communities_named
from linli.reach.rules import VERIFY
from linli.ui import lists
from linli.ui.routes import needs, public, signed_in

from . import queries, rules
from .actions.offering import check_offer, end_offer, make_offer
from .actions.ordering import STEPS, place_order, rate_order, take_order_step
from .forms import CheckForm, OfferForm, OrderForm, StepForm
from .models import Offer, Order


def _place(request) -> Place | None:
    """The community asked for, else one's own."""
    code = request.GET.get("community", "")
    known = Place.objects.current().communities()
    return get_object_or_404(known, code=code) if code else own_community(request.user)


def _choice(request):
    """Which community: whoever is not known here writes its name."""
    words = lists.read_words(request.GET)
    choices = communities_named(words)
    return render(request, "commerce/choice.html", {"words": words, "choices": choices})


@public
@require_safe
def market(request):
    """邻里集市: offers of a community, shops' and neighbours', beside what the community runs itself."""
    place = _place(request)
    if place is None:
        return _choice(request)
    kind, seeks = request.GET.get("kind", ""), request.GET.get("seeks") == "1"
    rows = queries.offers_in(place, kind=kind, seeks=seeks)
    listing = lists.listing(request.GET, rows)
    queries.told(listing.page.object_list, place)
    context = {
        "place": place, "listing": listing, "kind": kind, "seeks": seeks,
        "kinds": outlet_rules_at(place).offers, "public": queries.public_services(place),
    }  # fmt: skip
    return render(request, "commerce/market.html", context)


@public
@require_safe
def book(request):
    """社区商业项目、准入条件和行业规范, and what stands there of the projects."""
    place = _place(request)
    if place is None:
        return _choice(request)
    context = {"place": place, "book": outlet_rules_at(place), "projects": queries.projects_of(place)}
    return render(request, "commerce/book.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request):
    place = get_object_or_404(Place.objects.current().communities(), code=request.GET.get("community", ""))
    form = OfferForm(request.POST or None, place=place, outlets=rules.outlets_of(request.user))
    if form.is_bound and form.is_valid() and _made(request, place, form):
        return redirect("commerce-mine")
    context = {"form": form, "place": place, "book": outlet_rules_at(place)}
    return render(request, "commerce/offer_new.html", context, status=422 if form.is_bound else 200)


def _made(request, place, form) -> bool:
    try:
        make_offer(place, by=request.user, **form.facts())
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("已提交，社区核对后上架。"))
    return True


@public
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request, pk):
    """One offer; whoever is signed in may order."""
    rows = queries.with_stars(Offer.objects.listed().select_related("place", "facility__operator"))
    found = get_object_or_404(rows, pk=pk)
    form = OrderForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    if form.is_bound and form.is_valid() and _ordered(request, found, form):
        return redirect("commerce-mine")
    queries.told([found], found.place)
    context = {"offer": found, "form": form}
    return render(request, "commerce/offer.html", context, status=422 if form.is_bound else 200)


def _ordered(request, found, form) -> bool:
    try:
        place_order(found, by=request.user, **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return False
    messages.success(request, _("已下单，接单后会通知您。钱和东西当面交接。"))
    return True


@signed_in
@require_safe
def mine(request):
    """One account, all its outlets, offers and orders."""
    return render(request, "commerce/mine.html", queries.mine_of(request.user))


@signed_in
@require_POST
def offer_end(request, pk):
    found = get_object_or_404(Offer.objects.filter(provider=request.user.pk), pk=pk)
    end_offer(found, by=request.user)
    messages.success(request, _("已下架。"))
    return redirect("commerce-mine")


@signed_in
@require_POST
def order_step(request, pk, step):
    """Accept, refuse, done, cancel, rate: what the table lets who is a part of the order do."""
    part = Order.objects.filter(customer=request.user.pk) | Order.objects.filter(
        offer__provider=request.user.pk
    )
    order = get_object_or_404(part, pk=pk)
    form = StepForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("没有记下：请重新填写。"))
        _step(order, step, request.user, form.cleaned_data)
        messages.success(request, _("已记下。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("commerce-mine")


def _step(order, step, user, told) -> None:
    if step == "rate":
        rate_order(order, by=user, stars=told["stars"] or 0, said=told["said"])
    elif step in STEPS:
        take_order_step(order, step, by=user, answer=told["answer"])
    else:
        raise ValidationError(_("没有这一步。"))


@needs(VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request):
    """Offers nobody has looked through yet, the oldest first."""
    waiting = Offer.objects.waiting().filter(request.user.scope(VERIFY, "place"))
    if request.method == "POST":
        form = CheckForm(request.POST, offers=waiting)
        if form.is_valid():
            _check(request, **form.cleaned_data)
            return redirect("commerce-check")
        messages.error(request, _("没有记下：请重新选择。"))
    rows = waiting.select_related("place", "facility", "provider__person").order_by("pk")
    return render(request, "commerce/check.html", {"listing": lists.listing(request.GET, rows)})


def _check(request, *, offer, listed, answer):
    try:
        check_offer(offer, by=request.user, listed=listed, answer=answer)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已处理。"))
