"""Discovery and the six methods of GeoReport v2."""

from datetime import datetime, timedelta
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from linli.api.rates import BY_PERSON, count
from linli.api.scopes import declare_scope
from linli.api.tokens import find_token
from linli.exchange.actions import count_use
from linli.files.actions import FileRefused, store
from linli.kernel import clock
from linli.kernel.clock import CHINA
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.places.queries import find_places, place_at
from linli.ui.costs import LIVE
from linli.ui.routes import costly, feeds, public

from ..actions.taking_in import Draft, make_contact, submit_request
from ..forms import PHOTOS
from ..models import Category, Request, Rulebook
from ..queries import public_requests
from ..suggest import NoOwner, NoRules, rulebook_at
from .answers import TYPES, Refusal, answer, refuse, single

ENTRY = "import-open311"  # of the register of exchange
SCOPE = declare_scope("requests:file", "通过 Open311 代居民提交诉求")
MOST, PER_PAGE, DAYS = 1000, 100, 90
LONGEST = {"description": 2000, "address_string": 200, "first_name": 20, "last_name": 20, "phone": 20}


def method(view):
    """A method in the format of its address; what it refuses is answered in that format too."""

    @costly(LIVE)
    @feeds("feed-open311")
    @public
    @wraps(view)
    def answered(request, form, **asked):
        if form not in TYPES:
            return refuse("xml", Refusal(404, f"format {form} is not supported: xml or json"))
        try:
            check_jurisdiction(request)
            return view(request, form, **asked)
        except Refusal as refusal:
            return refuse(form, refusal)

    return answered


def check_jurisdiction(request) -> None:
    asked = request.POST.get("jurisdiction_id") or request.GET.get("jurisdiction_id")
    if asked and not Rulebook.objects.filter(area=asked).exists():
        raise Refusal(404, "jurisdiction_id provided was not found")


@require_safe
@method
def discovery(request, form):
    url = f"{settings.PUBLIC_URL}{reverse('open311-services', args=['xml'])}".rsplit("/", 1)[0]
    changed = Rulebook.objects.order_by("-valid_from").values_list("valid_from", flat=True).first()
    formats = [{"format": TYPES[name].split(";")[0]} for name in ("xml", "json")]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": url,
        "changeset": str(changed or ""),
        "type": "production" if settings.PRODUCTION else "test",
        "formats": formats,
    }
    told = {
        "changeset": str(changed or ""),
        "contact": settings.PUBLIC_URL,
        "key_service": f"{settings.PUBLIC_URL}/api/v1/docs",
        "endpoints": [endpoint],
    }
    return single(form, "discovery", told)


def service_row(category, *, line) -> dict:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.name,
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(line.words) if line else "",
        "group": category.group,
    }


def standing_categories(request):
    area = request.GET.get("jurisdiction_id")
    found = Category.objects.filter(retired_on=None)
    return found.filter(area=area) if area else found


@require_safe
@method
def services(request, form):
    lines = {
        (book.area, line.code): line
        for book in Rulebook.objects.order_by("valid_from")
        for line in book.rules.categories
    }
    rows = [service_row(one, line=lines.get((one.area, one.code))) for one in standing_categories(request)]
    return answer(form, "services", "service", rows)


@require_safe
@method
def service(request, form, code):
    """A service asks for nothing beyond the request itself: its definition has no attributes."""
    if not standing_categories(request).filter(code=code).exists():
        raise Refusal(404, "service_code provided was not found")
    return single(form, "service_definition", {"service_code": code, "attributes": []})


@csrf_exempt  # no session is read: the key in the body says who files
@require_http_methods(["GET", "HEAD", "POST"])
@method
def requests(request, form):
    if request.method != "POST":
        return answer(form, "service_requests", "request", [row_of(one) for one in chosen(request)])
    done = file_request(request)
    told = {
        "service_request_id": done.request.case.number,
        "service_notice": _("查询码 %(secret)s，请和编号一起保存。") % {"secret": done.secret},
        "account_id": None,
    }
    return answer(form, "service_requests", "request", [told], status=201)


@require_safe
@method
def one_request(request, form, number):
    found = list(public_requests().filter(case__number__in=number.split(",")[:MOST]))
    if not found:
        raise Refusal(404, "service_request_id provided was not found")
    return answer(form, "service_requests", "request", [row_of(one) for one in found])


@require_safe
@method
def token(request, form, number):
    """Requests are taken in at once, so that a token is the id itself."""
    if not Request.objects.filter(case__number=number).exists():
        raise Refusal(404, "token provided was not found")
    row = {"service_request_id": number, "token": number}
    return answer(form, "service_requests", "request", [row])


# --- Reading -----------------------------------------------------------------------------------------


def chosen(request):
    """The public requests the query asks for, at most a page of them."""
    rows = public_requests()
    if ids := request.GET.get("service_request_id"):
        return rows.filter(case__number__in=ids.split(",")[:MOST])
    if codes := request.GET.get("service_code"):
        rows = rows.filter(category__code__in=codes.split(",")[:MOST])
    status = request.GET.get("status", "")
    if not set(filter(None, status.split(","))) <= {"open", "closed"}:
        raise Refusal(400, "status is open or closed")
    if status in ("open", "closed"):
        rows = rows.filter(case__closed_at__isnull=status == "open")
    start, end = moment(request, "start_date"), moment(request, "end_date")
    if start or end:
        start = start or end - timedelta(days=DAYS)
        end = min(end or clock.now(), start + timedelta(days=DAYS))
        rows = rows.filter(case__opened_at__gte=start, case__opened_at__lte=end)
    size, page = number_of(request, "page_size", PER_PAGE), number_of(request, "page", 1)
    size = min(size, MOST)
    return rows[(page - 1) * size : page * size]


def moment(request, name: str) -> datetime | None:
    asked = request.GET.get(name)
    if not asked:
        return None
    try:
        found = datetime.fromisoformat(asked)
    except ValueError:
        raise Refusal(400, f"{name} is no date of the form 2026-03-04T10:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def number_of(request, name: str, otherwise: int) -> int:
    asked = request.GET.get(name, str(otherwise))
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked[:7]) <= 100_000):
        raise Refusal(400, f"{name} is a number from 1 on")
    return int(asked[:7])


def row_of(one) -> dict:
    """What everybody may know: kind, community, progress and times; no text, no exact place, no person."""
    case = one.case
    opened, closed = (
        at.astimezone(CHINA).isoformat() if at else "" for at in (case.opened_at, case.closed_at)
    )
    return {
        "service_request_id": case.number,
        "status": "closed" if case.closed_at else "open",
        "status_notes": case.state_label,
        "service_name": one.category.name,
        "service_code": one.category.code,
        "description": "",
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": opened,
        "updated_datetime": closed or opened,
        "expected_datetime": case.due_at.astimezone(CHINA).isoformat() if case.due_at else "",
        "address": case.place.name if case.place.code.isdigit() else "",
        "address_id": "",
        "zipcode": "",
        "lat": None,
        "long": None,
        "media_url": "",
    }


# --- Filing ------------------------------------------------------------------------------------------


def file_request(request):
    """The request that a key holder files for somebody."""
    holder = key_holder(request)
    place = place_told(request)
    draft = draft_told(request, place)
    try:
        photos = [store(one, by=holder, purpose=PHOTOS) for one in request.FILES.getlist("media")[:3]]
        with transaction.atomic():
            name = f"{request.POST.get('last_name', '')}{request.POST.get('first_name', '')}"
            contact = make_contact(name, request.POST.get("phone", ""))
            done = submit_request(draft, reporter=contact, by=holder, channel="portal", files=photos)
            count_use(ENTRY, "received", row_count=1)
            return done
    except (NoRules, NoOwner, FileRefused) as trouble:
        raise Refusal(400, str(trouble)) from None


def key_holder(request):
    key = request.POST.get("api_key") or request.GET.get("api_key", "")
    found = find_token(key) if key else None
    if found is None or SCOPE not in found.scopes or not found.user.is_active:
        raise Refusal(403, "api_key is missing or not valid")
    if count(BY_PERSON, f"open311-{found.user_id}") > BY_PERSON.limit:
        raise Refusal(429, "too many requests, try again in a minute")
    return found.user


def place_told(request):
    told = request.POST
    if told.get("lat") and told.get("long"):
        try:
            found = place_at(float(told["long"]), float(told["lat"]))
        except ValueError:
            raise Refusal(400, "lat and long are numbers") from None
        if found is None:
            raise Refusal(400, "the point lies in no community that is served here")
        return found
    if told.get("address_id"):
        found = Place.objects.current().filter(code=told["address_id"]).first()
    elif told.get("address_string"):
        levels = ["community", "grid", "microgrid", "compound", "building"]
        fitting = find_places(told["address_string"][:80]).filter(level__in=levels)[:2]
        found = fitting[0] if len(fitting) == 1 else None
    else:
        raise Refusal(400, "lat and long, address_string or address_id is required")
    if found is None:
        raise Refusal(400, "the address fits no place, or more than one")
    return found


def draft_told(request, place) -> Draft:
    told = {name: request.POST.get(name, "").strip() for name in LONGEST}
    for name, longest in LONGEST.items():
        if len(told[name]) > longest:
            raise Refusal(400, f"{name} has at most {longest} characters")
        try:
            refuse_hidden_characters(told[name])
        except ValidationError as hidden:
            raise Refusal(400, f"{name}: {' '.join(hidden.messages)}") from None
    code = request.POST.get("service_code", "")
    if not code or not told["description"]:
        raise Refusal(400, "service_code and description are required")
    try:
        area = rulebook_at(place).area
    except NoRules as trouble:
        raise Refusal(400, str(trouble)) from None
    category = Category.objects.filter(area=area, code=code, retired_on=None).first()
    if category is None:
        raise Refusal(404, "service_code provided was not found")
    return Draft(
        text=with_link(told["description"], request.POST.get("media_url", "")),
        place=place,
        category=category,
        address=told["address_string"],
        **point_told(request),
    )


def with_link(text: str, link: str) -> str:
    """The description with a link to a picture: it is kept as text, never fetched (I6, I11)."""
    if not link:
        return text
    if urlsplit(link).scheme not in ("http", "https") or len(link) > 500 or any(c.isspace() for c in link):
        raise Refusal(400, "media_url is a link of http or https")
    return f"{text}\n{link}"


def point_told(request) -> dict[str, float]:
    if not (request.POST.get("lat") and request.POST.get("long")):
        return {}
    return {"lon": float(request.POST["long"]), "lat": float(request.POST["lat"])}
