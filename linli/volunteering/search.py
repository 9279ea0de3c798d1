"""Activities one can still join and teams that stand, found by everybody."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.search.declaring import Searchable, declare

from .models import Activity, Team


def _coming(user):
    ahead = Activity.objects.published().filter(shifts__during__endswith__gt=clock.now())
    return ahead.select_related("place", "charter").distinct()


def _standing(user=None):
    return Team.objects.filter(disbanded_on=None).select_related("place")


declare(
    Searchable(
        name="activity",
        label=_("志愿服务活动"),
        model=Activity,
        rows=lambda: Activity.objects.published().select_related("charter"),
        visible_to=_coming,
        title=lambda activity: activity.title,
        text=lambda activity: " ".join(
            [activity.description, activity.address, activity.charter.rules.service(activity.service).name]
        ),
        note=lambda activity: f"{activity.place.name} · {activity.address}",
        url=lambda activity: reverse("activity-detail", args=[activity.number]),
        order=35,
    )
)
declare(
    Searchable(
        name="volunteer-team",
        label=_("志愿服务队"),
        model=Team,
        rows=_standing,
        visible_to=_standing,
        title=lambda team: team.name,
        text=lambda team: team.speciality,
        note=lambda team: team.place.name,
        url=lambda team: reverse("team-detail", args=[team.number]),
        with_initials=True,
        order=36,
    )
)
