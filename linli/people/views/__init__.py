"""Pages about people, posts and residences."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.kernel import clock
from linli.ui import lists
from linli.ui.costs import FIND
from linli.ui.routes import costly, needs, signed_in

from .. import actions, queries, rules
from ..forms import AnswerForm, ClaimForm, PersonForm, PostForm
from ..numbers import is_whole_number


@needs(rules.VIEW)
@require_safe
def person_list(request):
    words = lists.read_words(request.GET)
    listing = lists.listing(request.GET, queries.people_in_reach(request.user, words))
    return render(
        request, "people/person_list.html", {"listing": listing, "may_edit": request.user.may(rules.EDIT)}
    )


@costly(FIND)
@needs(rules.VIEW)
@require_POST
def person_find(request):
    """By a number in full, which stands in no address; by a name the list itself answers."""
    words = lists.read_words(request.POST)
    if not is_whole_number(words):
        return redirect(f"{reverse('person-list')}?{urlencode({'q': words})}")
    listing = lists.listing(request.POST, queries.people_of_number(request.user, words))
    context = {"listing": listing, "may_edit": request.user.may(rules.EDIT)}
    return render(request, "people/person_list.html", context)


@needs(rules.VIEW)
@require_safe
def person_detail(request, pk):
    person = get_object_or_404(queries.people_in_reach(request.user), pk=pk)
    context = {
        "person": person,
        "age": person.age_on(clock.today()),
        "memberships": person.memberships.select_related("household__place").prefetch_related(
            "household__members__person"
        ),
        "proxies": queries.proxies_of(person),
        "may_edit": rules.can_edit(request.user, person),
        "residences": person.residences.select_related("community", "verified_by__person"),
        "posts": person.posts.filter(during__contains=clock.today()).select_related("role", "place", "unit"),
        "may_appoint": bool(person.home_id and rules.can_appoint(request.user, person.home)),
        "may_reveal": rules.can_reveal(request.user, person),
    }
    return render(request, "people/person_detail.html", context)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def person_new(request):
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.register_person(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已登记。"))
            return redirect("person-detail", person.pk)
    return render(request, "people/person_new.html", {"form": form}, status=422 if form.errors else 200)


@needs(rules.APPOINT)
@require_safe
def post_list(request):
    listing = lists.listing(request.GET, queries.posts_in_reach(request.user))
    return render(request, "people/post_list.html", {"listing": listing})


@needs(rules.APPOINT)
@require_http_methods(["GET", "POST"])
def post_new(request, pk):
    """Give somebody in reach a post."""
    person = get_object_or_404(queries.people_in_reach(request.user), pk=pk)
    form = PostForm(request.POST or None, initial={"start": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.appoint(person, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("已任命。"))
            return redirect("post-list")
    context = {"form": form, "person": person}
    return render(request, "people/post_new.html", context, status=422 if form.errors else 200)


@needs(rules.APPOINT)
@require_POST
def post_end(request, pk):
    post = get_object_or_404(queries.posts_in_reach(request.user), pk=pk)
    try:
        actions.end_post(post, by=request.user)
        messages.success(request, _("岗位已结束，权限即时收回。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("post-list")


@needs(rules.VERIFY)
@require_safe
def claim_list(request):
    listing = lists.listing(request.GET, queries.claims_in_reach(request.user))
    return render(request, "people/claim_list.html", {"listing": listing})


@needs(rules.VERIFY)
@require_POST
def claim_answer(request, pk):
    claim = get_object_or_404(queries.claims_in_reach(request.user), pk=pk)
    form = AnswerForm(request.POST)
    try:
        if form.is_valid():
            actions.verify_residence(claim, by=request.user, **form.cleaned_data)
            messages.success(request, _("已答复。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("claim-list")


@signed_in
@require_http_methods(["GET", "POST"])
def claim_new(request):
    """A resident says where they belong."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and request.user.person:
        actions.claim_residence(request.user.person, **form.cleaned_data)
        messages.success(request, _("已提交，社区核实后会通知您。"))
        return redirect("place-detail", form.cleaned_data["community"].code)
    return render(request, "people/claim_new.html", {"form": form}, status=422 if form.errors else 200)
