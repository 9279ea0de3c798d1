"""What the pages of the three lists read: in public kinds and counts, never a text or a person."""

from django.db.models import CharField, Count, F, Func, Q, Value

from linli.places.models import Place

from .models import Need, NeedKinds, Project, Resource

STREET = Func(F("case__place__path"), Value("/"), Value(4), function="split_part", output_field=CharField())


def kind_names() -> dict[str, str]:
    """Every kind by its newest name."""
    return {
        line.code: line.name for book in NeedKinds.objects.order_by("valid_from") for line in book.rules.kinds
    }


def needs_in_public() -> list[dict]:
    """Needs by street and kind: how many there are, how many are still unmet; the most unmet first."""
    rows = Need.objects.exclude(case__state="dropped").annotate(street=STREET)
    counted = (
        rows.values("street", "kind")
        .annotate(all=Count("pk"), unmet=Count("pk", filter=Q(case__state="listed")))
        .order_by("-unmet", "-all", "street", "kind")
    )
    names = dict(Place.objects.filter(level="street").values_list("code", "name"))
    kinds = kind_names()
    return [
        {**row, "street": names.get(row["street"], ""), "kind": kinds.get(row["kind"], "")} for row in counted
    ]


def resources():
    return Resource.objects.filter(ended_on=None).select_related("place", "unit")


def projects():
    return (
        Project.objects.select_related("place", "unit")
        .annotate(need_count=Count("needs"))
        .order_by("due_on", "pk")
    )
