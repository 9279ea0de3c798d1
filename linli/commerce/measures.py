"""What the plans count of neighbourhood markets: offers that stood on a day."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse

from linli.kernel.clock import CHINA
from linli.measures import MOST_RECORDS, Period, Record, RecordList, lists_records, measure
from linli.places.models import Place

from .models import Offer


def standing_at_the_end(period: Period):
    """Offers that were listed by the end of the last day and not ended by then."""
    end = datetime.combine(period.last_day + timedelta(days=1), time(0), tzinfo=CHINA)
    listed = Offer.objects.filter(checked_at__lt=end).exclude(state=Offer.State.REFUSED)
    return listed.filter(Q(closed_at=None) | Q(closed_at__gte=end))


@measure("commerce.offers", "邻里集市在架项目数", unit="个", kind="stock")
def offers(period: Period) -> dict[str, int]:
    """Every community answers: where nothing is offered, none is."""
    found = dict.fromkeys(Place.objects.current().communities().values_list("code", flat=True), 0)
    rows = standing_at_the_end(period).order_by().values_list("place__code").annotate(Count("pk"))
    return found | {code: count for code, count in rows if code in found}


@lists_records("commerce.offers")
def offers_listed(name: str, period: Period, path: str, user) -> RecordList:
    rows = standing_at_the_end(period).filter(place__path__startswith=path).select_related("place")
    told = tuple(
        Record(
            offer.title,
            offer.place.name,
            f"{reverse('commerce-market')}?community={offer.place.code}",
            Decimal(1),
        )
        for offer in rows.order_by("place__path", "-pk")[:MOST_RECORDS]
    )
    count = rows.count()
    return RecordList(Decimal(count), told, records=count)
