"""Forms of the steps of visits and of mandatory reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms import LONGEST_NOTE, ReasonForm, StepForm, few_words
from linli.cases.steps import workflows
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.people.models import User

from .models import HouseholdVisit, Visit
from .rules import VISIT

STATES = (("ok", _("还好")), ("watch", _("要留意")), ("urgent", _("紧急")))
NEEDS = 2  # lines for needs on one page; more are told by referring again


def long_text(label, *, required=False, rows=3):
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_NOTE,
        widget=area,
        validators=[refuse_hidden_characters],
    )


def receiving_kinds() -> list[tuple[str, str]]:
    """Kinds of case that take over what a visitor heard."""
    return [(kind, flow.label) for kind, flow in sorted(workflows.items()) if flow.receive is not None]


class VisitForm(StepForm):
    """What was seen and said; nothing but the way is compulsory, for a visit is care and no inspection."""

    way = forms.ChoiceField(label=_("怎么探访的"), widget=forms.RadioSelect)
    words = long_text(_("本人怎么说、看到什么"))
    promised = long_text(_("答应了什么（下次探访会提醒）"), rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        self.visit = self.case.visit
        self.rules = self.visit.rules.rules
        self.fields["way"].choices = self.ways()
        names = []
        for line in self.rules.checks:
            names.append(f"check_{line.code}")
            self.fields[names[-1]] = forms.ChoiceField(
                label=line.name, choices=STATES, widget=forms.RadioSelect, initial="ok"
            )
        for number in range(NEEDS):
            self.fields[f"need_kind_{number}"] = forms.ChoiceField(
                label=_("需要帮助（转给谁）"),
                choices=[("", _("没有")), *receiving_kinds()],
                required=False,
            )
            self.fields[f"need_text_{number}"] = long_text(_("需要什么"), rows=2)
        self.order_fields(["version", "way", *names, "words", "promised"])

    def ways(self):
        allowed = self.rules.level(self.visit.care_person.risk).ways
        return [(value, label) for value, label in Visit.Way.choices if value in allowed]

    def clean(self):
        told = super().clean()
        needs = []
        for number in range(NEEDS):
            kind, text = told.pop(f"need_kind_{number}", ""), told.pop(f"need_text_{number}", "")
            if bool(kind) != bool(text):
                self.add_error(f"need_text_{number}", _("请同时选择转给谁、写明需要什么。"))
            elif kind:
                needs.append((kind, text))
        checks = {
            name.removeprefix("check_"): told.pop(name) for name in list(told) if name.startswith("check_")
        }
        return {**told, "checks": checks, "needs": needs}


class OtherWayForm(VisitForm):
    """A way the rule does not ask for: the supervisor decides."""

    def ways(self):
        allowed = dict(super().ways())
        return [choice for choice in Visit.Way.choices if choice[0] not in allowed] or Visit.Way.choices


class VisitorForm(StepForm):
    """Who comes by: accounts whose post lets them visit there."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=_("探访人"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = visitors_at(self.case.place)


def visitors_at(place):
    """Accounts whose post lets them visit at the place, of its community and above."""
    keys = User.objects.filter(
        is_active=True,
        person__posts__place__code__in=place.ancestor_codes,
        person__posts__during__contains=clock.today(),
        person__posts__role__permissions__contains=[VISIT],
    ).values_list("pk", flat=True)
    return User.objects.filter(pk__in=list(keys)).select_related("person")


class WalkForm(StepForm):
    """A short note at an ordinary door: what kind of word it was, a line about it, what goes on from here."""

    tone = forms.ChoiceField(
        label=_("这户说的是"), choices=HouseholdVisit.Tone.choices, widget=forms.RadioSelect
    )
    words = few_words(_("一句话记录（不写与诉求无关的个人情况）"), 300)
    need_kind = forms.ChoiceField(label=_("要办的事转给谁"), required=False)
    need_text = long_text(_("要办什么"), rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        self.fields["need_kind"].choices = [("", _("没有")), *receiving_kinds()]

    def clean(self):
        told = super().clean()
        kind, text = told.pop("need_kind", ""), told.pop("need_text", "")
        if bool(kind) != bool(text):
            self.add_error("need_text", _("请同时选择转给谁、写明需要什么。"))
        return {**told, "needs": [(kind, text)] if kind else []}


class WalkPlanForm(forms.Form):
    """Who goes to the households of a place."""

    visitor = forms.ModelChoiceField(User.objects.none(), label=_("走访人"))

    def __init__(self, *args, place, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["visitor"].queryset = visitors_at(place)


class ToldForm(ReasonForm):
    """How somebody was told and what was done for him."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("怎么告知的、帮办了什么")


class TellForm(StepForm):
    """Which authority was told, and the number it gave."""

    who = forms.ChoiceField(label=_("已报告"))
    receipt = forms.CharField(label=_("回执编号、接报人"), max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(who, who) for who in self.case.harm.rules.rules.harm.told]
