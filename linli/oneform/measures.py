"""What is counted of the admission lists."""

from linli.measures import Period, measure

from .models import AdmissionItem


@measure("services.duty_lists", "准入目录和职责清单调整次数", unit="次")
def duty_lists(period: Period) -> dict[str, int]:
    """Versions a city published in the period; a city that never entered a list says nothing."""
    lines = AdmissionItem.objects.filter(place__level="city", list__in=AdmissionItem.TOGETHER)
    days = set(lines.order_by().values_list("place__code", "published_on").distinct())
    found = {code: 0 for code, _day in days}
    for code, day in days:
        if period.start <= day <= period.last_day:
            found[code] += 1
    return found
