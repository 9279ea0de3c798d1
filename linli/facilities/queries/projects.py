"""What the pages of upgrade and housing projects read."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from linli.ui.lists import Choice, Filter, read_filters, read_words

from ..facts import facts_of_communities
from ..gaps import Finding, finding
from ..models import GateName, HousingProject, UpgradeProject, Way
from ..rules import VIEW
from ..standards import NoStandards, standards_at
from ..states import UPGRADE_STEPS, UpgradeState

ORDER = (
    UpgradeState.FOUND,
    UpgradeState.CHOSEN,
    UpgradeState.FUNDED,
    UpgradeState.WORKS,
    UpgradeState.ACCEPTED,
)


def _choices(rows) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), str(label)) for value, label in rows)


def upgrade_filters(query):
    return read_filters(
        query,
        [
            Filter("state", _("进度"), _choices(UpgradeState.choices)),
            Filter("way", _("补短方式"), _choices(Way.choices)),
            Filter("kept", _("用房"), (Choice("yes", _("永久用房")), Choice("no", _("租赁和共享")))),
        ],
    )


def upgrades_of(user, query, filters) -> QuerySet:
    """Upgrade projects of the places of one's posts, the newest first."""
    found = UpgradeProject.objects.filter(user.scope(VIEW, "place")).select_related("place")
    for one in filters:
        if one.chosen and one.name == "kept":
            rented = Q(way__in=[Way.RENT, Way.SHARE])
            found = found.filter(~rented & ~Q(way="") if one.chosen.value == "yes" else rented)
        elif one.chosen:
            found = found.filter(**{one.name: one.chosen.value})
    if words := read_words(query):
        found = found.filter(
            Q(place__name__icontains=words)
            | Q(standard_name__icontains=words)
            | Q(code__startswith=words)
            | Q(programme__icontains=words)
        )
    return found


def board_of(projects: QuerySet) -> dict:
    """What the projects of a list come to: how many, the area they are to add, the money, and whose it is."""
    standing = projects.exclude(state=UpgradeState.DROPPED).order_by()
    return standing.aggregate(
        count=Count("pk"),
        area_m2=Sum("area_m2"),
        funded_yuan=Sum("funded_yuan"),
        match_yuan=Sum("match_yuan"),
    )


def gap_now(project: UpgradeProject, day) -> Finding | None:
    """How the community stands today to the standard of the project; None when it is none any more."""
    try:
        lines = standards_at(project.place).standards
    except NoStandards:
        return None
    line = next((one for one in lines if one.code == project.standard), None)
    where = type(project.place)._default_manager.filter(pk=project.place_id)
    return line and finding(line, facts_of_communities(where, day)[project.place_id])


def stepper_of(project: UpgradeProject) -> list[dict]:
    """The five stages with the day each was reached."""
    days = {event.act: event.on for event in project.events.all()}
    acts = {step.to_state: name for name, step in UPGRADE_STEPS.items()} | {UpgradeState.FOUND: "find"}
    reached = [state for state in ORDER if acts[state] in days]
    return [
        {
            "title": state.label,
            "state": _standing(state, project.state, reached),
            "note": days[acts[state]].isoformat() if acts[state] in days else "",
        }
        for state in ORDER
    ]


def _standing(state, now, reached) -> str:
    if state == now and state != UpgradeState.ACCEPTED:
        return "current"
    return "done" if state in reached else "todo"


def history_of(project: UpgradeProject) -> list[dict]:
    """Who took which step, when, why; the newest first."""
    labels = {name: step.label for name, step in UPGRADE_STEPS.items()} | {
        "find": _("发现缺口"),
        "moved": _("随区划调整"),
    }
    return [
        {
            "title": f"{labels.get(event.act, event.act)} · {event.on:%Y-%m-%d}",
            "who": event.by.person.name if event.by and event.by.person else _("系统"),
            "at": event.at,
            "text": event.note,
            "tone": "done" if event.act == "accept" else "plain",
        }
        for event in project.events.select_related("by__person")
    ]


def housing_of(user, query, filters) -> QuerySet:
    """Housing projects of the places of one's posts with their gates."""
    found = HousingProject.objects.filter(user.scope(VIEW, "place")).select_related("place")
    for one in filters:
        if one.chosen:
            found = found.filter(**{one.name: one.chosen.value})
    if words := read_words(query):
        found = found.filter(
            Q(name__icontains=words) | Q(code__startswith=words) | Q(place__name__icontains=words)
        )
    return found.prefetch_related("gates")


def housing_filters(query):
    return read_filters(query, [Filter("kind", _("性质"), _choices(HousingProject.Kind.choices))])


@dataclass(frozen=True)
class GateLine:
    """A gate as the page shows it."""

    name: str
    title: str
    row: object | None

    @property
    def chip(self) -> tuple[str, str]:
        if self.row is None:
            return _("未到"), "plain"
        return (_("同步"), "done") if self.row.is_together else (_("配套晚了"), "late")


def gate_lines(project: HousingProject) -> list[GateLine]:
    """The four gates in their order."""
    rows = {row.name: row for row in project.gates.all()}
    return [GateLine(gate.value, gate.label, rows.get(gate.value)) for gate in GateName]
