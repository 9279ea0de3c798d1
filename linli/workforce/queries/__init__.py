"""What the pages of the workforce read: one's own, and where people are missing."""

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.packs.schema import nearest
from linli.people.models import Post
from linli.places.models import Place, PopulationFigure
from linli.registers.counting import on_day
from linli.registers.models import Rulebook

from .. import grading
from ..models import Certificate, Enrolment, GradeRecord, Mentoring, MentoringTalk, Worker
from ..rules import GAPS

SHOWN_TALKS = 10
SHOWN_COURSES = 20  # the newest; the hours of the year are those of all


@dataclass(frozen=True)
class Gap:
    """How a community stands to the norm; None where nobody said how many people live or work there."""

    place: Place
    workers: int | None
    full_time: int | None
    residents: int | None
    needed: int | None
    missing: int | None
    vacancies: int
    full_time_ok: bool | None


@dataclass(frozen=True)
class Own:
    """What a worker sees of his own record."""

    worker: Worker
    posts: list[Post]
    grade: GradeRecord | None
    standing: grading.Standing | None
    certificates: list[tuple[Certificate, str]]
    enrolments: list[Enrolment]
    hours: Decimal
    hours_due: Decimal | None
    rules: Rulebook | None
    next_steps: list[str]
    mentorings: list[Mentoring]  # that hold today
    talks: list[MentoringTalk]


def communities_in_reach(user) -> QuerySet:
    return Place.objects.current().communities().filter(user.scope(GAPS)).order_by("path")


def gaps(places: QuerySet) -> list[Gap]:
    """The gap of each community to the norm of its area, in five queries however many communities."""
    places = list(places)
    today, keys = clock.today(), [place.pk for place in places]
    working = on_day(today, begins="started_on", ends="left_on")
    counts = {
        row["place"]: row
        for row in Worker.objects.filter(place__in=keys)
        .values("place")
        .annotate(
            workers=Count("pk", filter=working),
            full_time=Count("pk", filter=working & Q(kind=Worker.Kind.FULL_TIME)),
        )
        .order_by()
    }
    open_posts = dict(
        Place.objects.filter(pk__in=keys)
        .annotate(
            open_count=Sum(
                "vacancy_records__count",
                filter=Q(vacancy_records__filled_on=None, vacancy_records__archived_on=None),
            )
        )
        .values_list("pk", "open_count")
    )
    residents = residents_of(keys)
    books = list(Rulebook.objects.filter(kind="workforce"))
    return [
        _gap(place, counts.get(place.pk), residents.get(place.pk), open_posts[place.pk] or 0, books)
        for place in places
    ]


def residents_of(keys: list[int]) -> dict[int, int]:
    """Urban permanent residents of the newest year; for lack of them the permanent residents."""
    newest = PopulationFigure.objects.filter(
        place=OuterRef("pk"), definition__in=["urban_resident", "resident"]
    ).order_by("-year", "-definition")
    rows = Place.objects.filter(pk__in=keys).annotate(people=Subquery(newest.values("people")[:1]))
    return {pk: people for pk, people in rows.values_list("pk", "people") if people is not None}


def _gap(place: Place, counts: dict | None, residents: int | None, vacancies: int, books: list) -> Gap:
    norm = _norm(books, place)
    workers = None if counts is None else counts["workers"]
    full_time = None if counts is None else counts["full_time"]
    needed = missing = None
    if norm and residents is not None and place.is_urban:
        needed = math.ceil(residents * norm["workers_per_10000"] / 10_000)
        missing = None if workers is None else max(0, needed - workers)
    fits = None
    if norm and full_time is not None:
        fits = norm["full_time_least"] <= full_time <= norm["full_time_most"]
    return Gap(place, workers, full_time, residents, needed, missing, vacancies, fits)


def _norm(books: list[Rulebook], place: Place) -> dict | None:
    book = nearest(books, place.ancestor_codes, clock.today())
    return book.body["norm"] if book else None


def norm_of(place: Place | None) -> Rulebook | None:
    return Rulebook.nearest("workforce", place)


def own_record(person_id) -> Own | None:
    """The record of the worker who is this person; None when he is none."""
    if person_id is None:
        return None
    worker = (
        Worker.objects.filter(person=person_id, archived_on=None, left_on=None)
        .select_related("place")
        .first()
    )
    return None if worker is None else _own(worker)


def _own(worker: Worker) -> Own:
    today, book = clock.today(), norm_of(worker.place)
    certificates = list(worker.certificates.filter(archived_on=None).order_by("-issued_on"))
    enrolments = list(
        worker.enrolments.filter(archived_on=None)
        .select_related("course")
        .order_by("-course__begins_on")[:SHOWN_COURSES]
    )
    hours = hours_of_year(worker, today.year)
    due = Decimal(str(book.body["yearly_hours"])) if book else None
    best = next((c.level for c in certificates if _is_valid(c, today)), "")
    stands = book and grading.standing(
        book.body["grades"],
        track=worker.track,
        started_on=worker.started_on,
        degree=worker.degree,
        certificate=best,
        on=today,
    )
    posts = Post.objects.filter(person=worker.person_id, during__contains=today).select_related(
        "role", "place"
    )
    grade = (
        worker.grades.filter(archived_on=None, state="approved", since__lte=today).order_by("-since").first()
    )
    return Own(
        worker,
        list(posts),
        grade,
        stands,
        [(one, certificate_state(one, today)) for one in certificates],
        enrolments,
        hours,
        due,
        book,
        next_steps(stands, grade, certificates, hours, due, today),
        list(
            worker.mentors.filter(Q(until=None) | Q(until__gt=today), archived_on=None)
            .select_related("mentor")
            .order_by("-since")
        ),
        list(
            worker.talks.filter(archived_on=None).select_related("mentor").order_by("-held_on")[:SHOWN_TALKS]
        ),
    )


def hours_of_year(worker: Worker, year: int) -> Decimal:
    """Hours of training in courses that end in the year, however many there are."""
    attended = worker.enrolments.filter(archived_on=None, course__ends_on__year=year)
    return attended.aggregate(hours=Sum("hours"))["hours"] or Decimal(0)


def _is_valid(certificate: Certificate, day: date) -> bool:
    return certificate.valid_until is None or certificate.valid_until >= day


def certificate_state(certificate: Certificate, day: date) -> str:
    """In words: valid, ends soon, ended."""
    if certificate.valid_until is None:
        return _("有效")
    if certificate.valid_until < day:
        return _("登记已过期")
    return _("快到期") if (certificate.valid_until - day).days <= 90 else _("有效")


def next_steps(stands, grade, certificates, hours, due, today) -> list[str]:
    """What the worker can do next, in sentences."""
    said = []
    if stands and grade and stands.grade > grade.grade:
        said.append(_("按年限和证书可以申报 %d 级，请向街道人事岗提出。") % stands.grade)
    if stands and stands.next_on:
        said.append(
            _("%(day)s 起满足晋升到 %(grade)d 级的年限。")
            % {"day": f"{stands.next_on:%Y-%m-%d}", "grade": stands.grade + 1}
        )
    if due is not None and hours < due:
        said.append(_("今年还差 %s 学时。") % f"{float(due - hours):g}")
    if not any(_is_valid(one, today) for one in certificates):
        said.append(_("还没有有效的社会工作者职业水平证书，可以报名考前培训。"))
    return said
