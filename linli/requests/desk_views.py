"""Pages of staff beside single cases: bulk runs, frequent matters, figures, photos."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.cases.actions import WrongState
from linli.cases.models import Attachment, Case
from linli.cases.pages import row_of
from linli.kernel import clock
from linli.measures import Period
from linli.people.models import Unit
from linli.places.models import Place
from linli.places.queries import find_places
from linli.ui.costs import MANY, STUDY
from linli.ui.lists import listing, read_words
from linli.ui.routes import costly, needs

from . import rules
from .actions.bulk import MOST, run_bulk, try_bulk, undo_bulk
from .actions.redacting import redact
from .actions.topics import frequent, open_topic
from .actions.trying import dry_run
from .figures import WORDS, can_tell, figures_of, rows_behind
from .forms import BulkForm, RedactForm, TryRulesForm
from .models import BulkRun, Category
from .poster import poster_of
from .queries import runs_of
from .suggest import NoRules, rulebook_at

SHOWN = 100


def desk_of(user, permission) -> Place:
    """The widest place where a post of the user grants the permission."""
    places = [grant.place for grant in user.grants if permission in grant.permissions]
    if not places:
        raise PermissionDenied
    return min(places, key=lambda place: len(place.path))


@costly(MANY)
@needs(rules.DISPATCH)
@require_http_methods(["GET", "POST"])
def bulk(request):
    """Choose, try, run: the trial and the run are the same verbs."""
    seen = Case.objects.open().visible_to(request.user).filter(kind="request", state="submitted")
    cases = list(seen.select_related("place").order_by("opened_at", "pk")[:SHOWN])
    form = BulkForm(request.POST or None, place=desk_of(request.user, rules.DISPATCH))
    chosen = set(request.POST.getlist("chosen")[:MOST])
    page = {"form": form, "cases": cases, "picked": chosen, "tried": None, "runs": runs_of(request.user)}
    if not (form.is_bound and form.is_valid()):
        return render(request, "requests/bulk.html", page, status=422 if form.is_bound else 200)
    told = {"by": request.user, "note": form.cleaned_data["note"], **form.data_of_step}
    picked = [case for case in cases if case.number in chosen]
    if "run" in request.POST and picked:
        return redirect("request-bulk-run", run_bulk(picked, form.cleaned_data["step"], **told).pk)
    page["tried"] = try_bulk(picked, form.cleaned_data["step"], **told)
    return render(request, "requests/bulk.html", page)


@costly(MANY)
@needs(rules.DISPATCH)
@require_http_methods(["GET", "POST"])
def bulk_run(request, pk):
    """What became of each; whoever ran it may take it back."""
    run = get_object_or_404(BulkRun.objects.filter(by=request.user), pk=pk)
    if request.method == "POST":
        try:
            count = undo_bulk(run, by=request.user)
            messages.success(request, _("已撤回 %(count)s 件。") % {"count": count})
        except WrongState as refused:
            messages.info(request, str(refused))
        return redirect("request-bulk-run", run.pk)
    return render(request, "requests/bulk_run.html", {"run": run, "items": run.items.select_related("case")})


@needs(rules.TOPICS)
@require_http_methods(["GET", "POST"])
def topics(request):
    """What comes up often in one's communities, and what is worked on already."""
    places = Place.objects.current().communities().filter(request.user.scope(rules.TOPICS))
    if request.method == "POST":
        return open_one(request, places)
    going = Case.objects.visible_to(request.user).filter(kind="topic").select_related("place")
    found = listing(request.GET, going.order_by("-opened_at"))
    found.page.object_list = [row_of(case, clock.now()) for case in found.page.object_list]
    return render(request, "requests/topics.html", {"frequent": frequent(places[:200]), "listing": found})


def open_one(request, places):
    place = get_object_or_404(places, code=request.POST.get("place", ""))
    category = get_object_or_404(Category, pk=request.POST.get("category", ""))
    try:
        topic = open_topic(place, category, by=request.user)
    except WrongState as refused:
        messages.info(request, str(refused))
        return redirect("request-topics")
    return redirect("case-detail", topic.case.number)


@needs(rules.VIEW)
@require_GET
def figures(request):
    """The three rates of a month, unit beside unit of its class; `what` and `unit` show the very list."""
    cases = Case.objects.visible_to(request.user).filter(kind="request")
    try:
        rule = rulebook_at(desk_of(request.user, rules.VIEW)).rules.appraisal
    except NoRules:
        rule = None
    page = {"period": month_of(request, rule, cases), "rule": rule, "words": WORDS}
    if rule is None:
        return render(request, "requests/figures.html", page)
    if request.GET.get("what") in WORDS:
        return behind(request, page, cases)
    page["classes"] = figures_of(Unit.objects.all(), page["period"], rule, cases)
    return render(request, "requests/figures.html", page)


def behind(request, page, cases):
    what = request.GET["what"]
    unit = get_object_or_404(Unit, pk=number_or_404(request.GET.get("unit", "")))
    keys = rows_behind(what, page["period"], page["rule"]).filter(case__unit=unit).values("pk")
    rows = cases.filter(pk__in=keys).select_related("place").order_by("-opened_at")
    found = listing(request.GET, rows)
    found.page.object_list = [row_of(case, clock.now()) for case in found.page.object_list]
    page |= {"listing": found, "unit": unit, "word": WORDS[what]}
    return render(request, "requests/figures_list.html", page)


def number_or_404(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)


def month_of(request, rule, cases) -> Period:
    """The month asked for, else this one, and while too little of it can be told, the one before."""
    try:
        return Period.parse(request.GET.get("month", ""))
    except ValueError:
        first = clock.today().replace(day=1)
    this, before = (Period.parse(f"{day:%Y-%m}") for day in (first, first - timedelta(days=1)))
    return this if rule is None or can_tell(this, rule, cases) else before


@needs(rules.REDACT)
@require_http_methods(["GET", "POST"])
def photos(request, number):
    """The photos of a request; parts are covered here, and the originals stay behind their role."""
    seen = Case.objects.visible_to(request.user).filter(request.user.scope(rules.REDACT, "place"))
    case = get_object_or_404(seen, number=number, kind="request")
    files = Attachment.objects.filter(case=case, file__media_type__startswith="image/")
    files = files.select_related("file", "case__place")
    form = RedactForm(request.POST or None)
    if form.is_bound and form.is_valid():
        photo = get_object_or_404(files, pk=form.cleaned_data["photo"])
        told = form.cleaned_data
        redact(photo, boxes=told["boxes"], reason=told["reason"], by=request.user)
        messages.success(request, _("已遮挡，原件只有获授权的人能看，每次留痕。"))
        return redirect("request-photos", number)
    shown = [(photo, form if str(photo.pk) == request.POST.get("photo") else RedactForm(initial={"photo": photo.pk}))
             for photo in files.select_related("original")]  # fmt: skip
    page = {"case": case, "photos": shown}
    return render(request, "requests/photos.html", page, status=422 if form.is_bound else 200)


@costly(STUDY)
@needs(rules.DISPATCH)
@require_http_methods(["GET", "POST"])
def try_rules(request):
    """What other rules would have sent elsewhere: tried over past requests, nothing is written."""
    form = TryRulesForm(request.POST or None, request.FILES or None)
    page = {"form": form, "trial": None}
    if form.is_bound and form.is_valid():
        since = clock.now() - timedelta(days=form.cleaned_data["days"])
        place = desk_of(request.user, rules.DISPATCH)
        page["trial"] = dry_run(form.cleaned_data["file"], since=since, place=place)
    status = 422 if form.is_bound and page["trial"] is None else 200
    return render(request, "requests/try_rules.html", page, status=status)


@needs(rules.ENTER)
@require_GET
def poster(request):
    """The sign with the QR code of a place within one's posts, to be printed."""
    words, inside = read_words(request.GET), request.user.scope(rules.ENTER)
    found = find_places(words).filter(inside).select_related("parent")[:SHOWN] if words else ()
    page = {"words": words, "places": found}
    if code := request.GET.get("place", "")[:20]:
        page["poster"] = poster_of(get_object_or_404(Place.objects.current().filter(inside), code=code))
    return render(request, "requests/poster.html", page)
