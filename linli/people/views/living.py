"""Pages of households and of who acts for whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.ui.routes import needs, signed_in

from .. import living, queries, rules
from ..forms import PersonEditForm, ProxyForm, SettleForm


def _kept(request, pk):
    """A person in reach whose record the user keeps; 404 for any other (P3)."""
    person = get_object_or_404(queries.people_in_reach(request.user), pk=pk)
    if not rules.can_edit(request.user, person):
        raise Http404
    return person


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    """Put right what is kept of somebody; an old form is a 409 that keeps what was typed."""
    person = _kept(request, pk)
    names = ("name", "room", "birth_on", "needs_help_with_phone", "died_on", "version")
    start = {name: getattr(person, name) for name in names} | {
        "home": person.home.code if person.home else ""
    }
    form = PersonEditForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            living.edit_person(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("person-detail", pk)
        except living.Stale as stale:
            form.add_error(None, str(stale))
            form.data = form.data.copy()
            form.data["version"] = stale.person.version
            return _page(request, person, form, title=_("修改资料"), status=409)
        except (ValidationError, PermissionDenied) as refused:
            _tell(form, refused)
    return _page(request, person, form, title=_("修改资料"))


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def settle(request, pk):
    """Behind which door somebody lives."""
    person = _kept(request, pk)
    start = {"place": person.home.code if person.home else "", "room": person.room}
    form = SettleForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            living.settle(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记家庭户。"))
            return redirect("person-detail", pk)
        except (ValidationError, PermissionDenied) as refused:
            _tell(form, refused)
    return _page(request, person, form, title=_("登记家庭户"))


@needs(rules.EDIT)
@require_POST
def move_out(request, pk):
    member = get_object_or_404(queries.members_in_reach(request.user), pk=pk)
    living.move_out(member, by=request.user)
    messages.success(request, _("已移出家庭户。"))
    return redirect("person-detail", member.person_id)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def entrust(request, pk):
    """Somebody may act for a resident from now on."""
    person = _kept(request, pk)
    form = ProxyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            living.entrust_known(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("已登记代办人。"))
            return redirect("person-detail", pk)
        except (ValidationError, PermissionDenied) as refused:
            _tell(form, refused)
    return _page(request, person, form, title=_("登记代办人"))


@signed_in
@require_POST
def end_proxy(request, pk):
    proxy = get_object_or_404(queries.proxies_in_reach(request.user), pk=pk)
    try:
        living.end_proxy(proxy, by=request.user)
        messages.success(request, _("代办关系已结束。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    own = request.user.person_id in (proxy.principal_id, proxy.proxy_id)
    return redirect("my-proxies") if own else redirect("person-detail", proxy.principal_id)


@signed_in
@require_http_methods(["GET", "POST"])
def own_proxies(request):
    """Who acts for me and for whom I act; I entrust somebody myself."""
    if (person := request.user.person) is None:
        raise Http404
    form = ProxyForm(request.POST if request.method == "POST" else None, own=True)
    if request.method == "POST" and form.is_valid():
        try:
            living.entrust_known(person, by=request.user, **form.cleaned_data)
            messages.success(request, _("已委托，随时可以撤回。"))
            return redirect("my-proxies")
        except (ValidationError, PermissionDenied) as refused:
            _tell(form, refused)
    context = {"form": form, "proxies": queries.proxies_of(person), "me": person}
    return render(request, "people/my_proxies.html", context, status=422 if form.errors else 200)


def _tell(form, refused) -> None:
    """Put what an action refused beside its fields; a door beyond one's post is told above the form."""
    if isinstance(refused, PermissionDenied):
        form.add_error(None, _("您不能在这里登记。"))
        return
    told = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)


def _page(request, person, form, *, title, status=200):
    context = {"person": person, "form": form, "title": title}
    status = 422 if form.errors and status == 200 else status
    return render(request, "people/living_form.html", context, status=status)
