"""What is asked when two domains act together."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.people.models import Unit
from linli.places.queries import place_at
from linli.plans.forms.tasks import DAY, UnitsField, units_in_reach
from linli.plans.models import Task
from linli.ui.widgets import ChecksInColumns


class TaskField(forms.ModelChoiceField):
    """Tasks plan by plan; those that serve one of some indicators stand before all others."""

    def group(self, tasks, serving) -> None:
        """Offer `tasks`; `serving` are the keys of the indicators."""
        self.queryset = tasks
        first = set(tasks.filter(serves__in=serving).values_list("pk", flat=True))
        groups: dict[str, list] = {str(_("和提高的指标有关")): []} if first else {}
        for task in tasks:
            if task.pk in first:
                groups[str(_("和提高的指标有关"))].append((task.pk, f"{task.title}（{task.plan.title}）"))
            else:
                groups.setdefault(task.plan.title, []).append((task.pk, task.title))
        self.choices = [("", self.empty_label), *groups.items()]


class UnitsByPlaceField(UnitsField):
    """Units under the place they belong to."""

    def offer(self, units) -> None:
        """Offer `units`, in their order."""
        self.queryset = units
        self.choices = [
            (place.name, [(unit.pk, unit.name) for unit in group])
            for place, group in groupby(units, key=attrgetter("place"))
        ]


def codes_around(scenario) -> set[str]:
    """Codes of the communities in which the sites lie, and of everything above them."""
    found = [place for spot in scenario.sites if (place := place_at(*spot)) is not None]
    return {code for place in found for code in (place.code, *place.ancestor_codes)}


class GiveOutForm(forms.Form):
    """Which task of which plan the sites belong to, who builds, by when: units of the places the sites lie in."""

    task = TaskField(Task.objects.none(), label=_("属于哪项规划任务"))
    units = UnitsByPlaceField(Unit.objects.none(), label=_("交给哪些单位"), widget=ChecksInColumns(wide=True))
    due_on = forms.DateField(label=_("期限"), widget=DAY)

    def __init__(self, *args, user, scenario, lifts=(), **kwargs):
        super().__init__(*args, **kwargs)
        standing = Task.objects.filter(retired_on=None, plan__retired_on=None)
        self.fields["task"].group(
            standing.select_related("plan").order_by("plan", "order"), [lift.indicator.pk for lift in lifts]
        )
        units = units_in_reach(user)
        around = units.filter(place__code__in=codes_around(scenario))
        self.fields["units"].offer(around if around.exists() else units)

    def clean_due_on(self):
        due = self.cleaned_data["due_on"]
        if due < clock.today():
            raise forms.ValidationError(_("期限不能早于今天。"))
        return due
