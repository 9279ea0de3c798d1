"""What a worker finds around him: cases and courses of his areas with their files, examinations, care of his county."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.kernel import clock
from linli.registers.attaching import readers
from linli.registers.models import RowFile

from ..models import CareMeasure, CaseStudy, CertificateAllowance, Course, Examination, Worker
from ..rules import VIEW

SHOWN_COURSES = 20


@dataclass(frozen=True)
class Around:
    """What stands beside a worker's own record."""

    measures: list[CareMeasure]
    examinations: list[Examination]
    allowances: list[CertificateAllowance]


def around(worker: Worker) -> Around:
    """Measures of care of his county, examinations one can still sign up for, what his certificates earn."""
    codes, today = worker.place.ancestor_codes, clock.today()
    return Around(
        list(CareMeasure.objects.standing().filter(place__code__in=codes).order_by("title")),
        list(
            Examination.objects.standing()
            .filter(place__code__in=codes, sign_up_until__gte=today)
            .order_by("sign_up_until", "pk")
        ),
        list(
            CertificateAllowance.objects.standing()
            .filter(certificate__worker=worker)
            .select_related("certificate__worker")
            .order_by("-since")
        ),
    )


def areas_of(user) -> set[str]:
    """Codes of the places whose courses and cases this person learns from: those above his work and his posts."""
    codes: set[str] = set()
    if user.person_id is not None:
        for worker in (
            Worker.objects.standing().filter(person=user.person_id, left_on=None).select_related("place")
        ):
            codes |= set(worker.place.ancestor_codes)
    for grant in user.grants:
        if VIEW in grant.permissions:
            codes |= set(grant.place.ancestor_codes)
    return codes


def cases(areas: set[str], words: str = "") -> QuerySet:
    found = Q()
    for name in ("title", "situation", "done", "lesson"):
        found |= Q(**{f"{name}__icontains": words})
    return CaseStudy.objects.standing().filter(found, place__code__in=areas).order_by("-written_on", "pk")


def with_files(rows: list) -> list:
    """The rows, each with the files that belong to it."""
    name = "case-studies" if rows and isinstance(rows[0], CaseStudy) else "courses"
    files: dict[int, list[RowFile]] = {}
    for one in RowFile.objects.shown().filter(register=name, row__in=[row.pk for row in rows]):
        files.setdefault(one.row, []).append(one)
    for row in rows:
        row.files = files.get(row.pk, [])
    return rows


def courses(areas: set[str]) -> list[Course]:
    """The newest courses of the areas, with teacher and courseware."""
    rows = Course.objects.standing().filter(place__code__in=areas).select_related("place", "teacher")
    return with_files(list(rows.order_by("-begins_on", "pk")[:SHOWN_COURSES]))


def _learns(user) -> Q:
    return Q(place__code__in=areas_of(user))


readers["courses"] = readers["case-studies"] = _learns
