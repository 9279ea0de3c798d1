"""Pages on which staff keep the profile of a place: what is added, its outline, figures, services, what to look at."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.ui import lists
from linli.ui.routes import needs, public

from .. import actions, profile, queries, rules
from ..forms import AddForm, BoundaryForm, FigureForm, ServicesForm
from ..models import Place
from . import levels_below

LOOKS = {
    "services": gettext_lazy("公共服务有缺口"),
    "small": gettext_lazy("户数偏少"),
    "large": gettext_lazy("户数偏多"),
    "untyped": gettext_lazy("类型不全"),
}


def _kept(request, code) -> Place:
    """A standing place the user keeps; 404 for any other (P3)."""
    return get_object_or_404(Place.objects.current().filter(request.user.scope(rules.EDIT)), code=code)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def place_add(request, code):
    """A new grid, compound or building (or division) right below a place."""
    parent = _kept(request, code)
    if not (levels := levels_below(parent, request.user)):
        raise Http404
    form = AddForm(parent, levels, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("place-detail", form.add(by=request.user).code)
        except ValidationError as refused:
            _tell(form, refused)
    return _page(request, parent, form, title=_("添加下级"), submit=_("添加"))


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def place_boundary(request, code):
    """The outline of a place from a GeoJSON file."""
    place = _kept(request, code)
    form = BoundaryForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.draw_boundary(
                place, by=request.user, geometry=said["file"], source=said["source"], as_of=said["as_of"]
            )
            messages.success(request, _("边界已更新。"))
            return redirect("place-detail", code)
        except ValidationError as refused:
            form.add_error("file", refused)
    return _page(request, place, form, title=_("更新边界"), submit=_("上传"))


@public
@require_safe
def place_figures(request, code):
    """Every figure of a place by year and definition, with its source."""
    place = get_object_or_404(Place, code=code)
    context = {"place": place, "crumbs": queries.crumbs_of(place), "figures": queries.figures_of(place)}
    context["may_edit"] = request.user.is_authenticated and rules.can_edit(request.user, place)
    return render(request, "places/place_figures.html", context)


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def figure_tell(request, code):
    place = _kept(request, code)
    form = FigureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell_figure(place, by=request.user, **form.cleaned_data)
            messages.success(request, _("人口数据已登记。"))
            return redirect("place-figures", code)
        except ValidationError as refused:
            _tell(form, refused)
    return _page(request, place, form, title=_("登记人口数据"), submit=_("登记"))


@needs(rules.EDIT)
@require_http_methods(["GET", "POST"])
def place_services(request, code):
    """Which of the services a place must have are there; only where the rules of its area ask."""
    place = _kept(request, code)
    if not (services := profile.services_of(place, profile.rules_of(place))):
        raise Http404
    form = ServicesForm(services, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell_services(place, by=request.user, states=form.states)
            messages.success(request, _("公共服务配置已更新。"))
            return redirect("place-detail", code)
        except ValidationError as refused:
            _tell(form, refused)
    return _page(request, place, form, title=_("公共服务配置"), submit=_("保存"))


@needs(rules.EDIT)
@require_safe
def to_look_at(request):
    """Communities whose profile shows something to act on."""
    choices = tuple(lists.Choice(value, str(title)) for value, title in LOOKS.items())
    filters = lists.read_filters(request.GET, [lists.Filter("what", _("看什么"), choices)])
    what = filters[0].chosen.value if filters[0].chosen else "services"
    listing = lists.listing(request.GET, queries.to_look_at(request.user, rules.EDIT, what), filters=filters)
    return render(request, "places/to_look_at.html", {"listing": listing, "what": LOOKS[what]})


def _tell(form, refused: ValidationError) -> None:
    """Put what an action refused beside its fields; what belongs to none stands above the form."""
    told = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)


def _page(request, place, form, *, title, submit):
    context = {"place": place, "form": form, "title": title, "submit": submit}
    return render(request, "places/place_form.html", context, status=422 if form.errors else 200)
