"""What is done to a facility beside editing its facts: steps, hours, the log, photos, merging, archiving."""

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.files.actions import store
from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place

from ..actions import furnishing, inspecting, keeping, living
from ..hours import write_hours
from ..models import Facility, OpenDay, Photo
from ..rules import APPROVE, EDIT, LOG
from ..standards import standards_at
from ..states import STEPS
from . import HOURS_HELP, day_field, note_field, read_hours


class ActForm(forms.Form):
    """What is done to a facility; `permission` says who sees the act offered."""

    permission = EDIT

    def __init__(self, facility: Facility, *args, **kwargs):
        self.facility = facility
        super().__init__(*args, **kwargs)

    @classmethod
    def is_of_use(cls, facility: Facility) -> bool:
        """Whether there is something here to do it to; where there is not, the act is not offered."""
        return True


class StepForm(ActForm):
    """A step of the table: the day, and why where the table asks."""

    on = day_field(_("从哪天起"))
    note = note_field(_("说明"), required=False)

    def __init__(self, facility, *args, step: str, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.step = STEPS[step]
        self.fields["on"].initial = clock.today()
        if self.step.asks_why:
            self.fields["note"].required = True
            self.fields["note"].label = _("原因（居民会看到）")

    def act(self, *, by):
        return living.take_step(self.facility, self.step.name, by=by, **self.cleaned_data)


class HoursForm(ActForm):
    hours = forms.CharField(label=_("每周开放时间"), max_length=300, required=False, help_text=HOURS_HELP)

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        periods = facility.periods.values_list("weekday", "opens_min", "closes_min")
        self.fields["hours"].initial = write_hours(periods)

    def clean_hours(self):
        return read_hours(self.cleaned_data["hours"])

    def act(self, *, by):
        return living.set_hours(self.facility, by=by, periods=self.cleaned_data["hours"])


class ClosureForm(ActForm):
    permission = LOG
    first = day_field(_("从"))
    last = day_field(_("到（含这天）"))
    reason = note_field(_("原因（居民会看到）"))

    def act(self, *, by):
        return living.announce_closure(self.facility, by=by, **self.cleaned_data)


class LogForm(ActForm):
    permission = LOG
    day = day_field(_("哪一天"))
    hours = forms.DecimalField(
        label=_("实际开放几小时"), min_value=0, max_value=24, decimal_places=2, help_text=_("没开填 0。")
    )
    source = forms.ChoiceField(label=_("怎么知道的"), choices=OpenDay.Source.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()

    def act(self, *, by):
        told = self.cleaned_data
        minutes = int(told["hours"] * 60)
        return living.log_day(self.facility, by=by, day=told["day"], minutes=minutes, source=told["source"])


class SurveyForm(ActForm):
    step_free = forms.TypedChoiceField(
        label=_("轮椅、婴儿车能不能不抬就进去"), choices=[("yes", _("能")), ("no", _("不能"))],
        coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    on = day_field(_("哪天看的"))
    access_note = note_field(_("说明"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()

    def act(self, *, by):
        return keeping.survey_access(self.facility, by=by, **self.cleaned_data)


class InspectForm(ActForm):
    """One score for each point of the standards of the place; the field of a point is called `point_<code>`."""

    permission = APPROVE
    on = day_field(_("检查日期"))
    to_fix = note_field(_("要整改什么"), required=False)
    photo = forms.FileField(
        label=_("现场照片"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/*"})
    )

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.fields["on"].initial = clock.today()
        self.points = standards_at(facility.place).points_for(outlet=facility.kind.outlet)
        scores = [("", "—"), *((str(n), str(n)) for n in range(5, 0, -1))]
        for line in self.points:
            self.fields[f"point_{line.code}"] = forms.TypedChoiceField(
                label=line.name, choices=scores, coerce=int, help_text=_("5 分最好")
            )
        self.order_fields(["on", *(f"point_{line.code}" for line in self.points), "to_fix", "photo"])

    def act(self, *, by):
        told = self.cleaned_data
        scores = {line.code: told[f"point_{line.code}"] for line in self.points}
        file = store(told["photo"], by=by, purpose=furnishing.PHOTO) if told["photo"] else None
        return inspecting.inspect(
            self.facility, by=by, on=told["on"], scores=scores, to_fix=told["to_fix"], photo=file
        )


class FixForm(ActForm):
    on = day_field(_("哪天整改好的"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()

    def act(self, *, by):
        return inspecting.fix(self.facility, by=by, **self.cleaned_data)


class PhotoForm(ActForm):
    permission = LOG
    photo = forms.FileField(label=_("照片"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    caption = forms.CharField(
        label=_("说明"), max_length=60, required=False, validators=[refuse_hidden_characters]
    )

    def act(self, *, by):
        file = store(self.cleaned_data["photo"], by=by, purpose=furnishing.PHOTO)
        return furnishing.add_photo(self.facility, by=by, file=file, caption=self.cleaned_data["caption"])


class PhotoDownForm(ActForm):
    permission = LOG
    photo = forms.ModelChoiceField(Photo.objects.none(), label=_("哪一张"), widget=forms.RadioSelect)

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.fields["photo"].queryset = facility.photos.shown().select_related("file")

    @classmethod
    def is_of_use(cls, facility):
        return facility.photos.shown().exists()

    def act(self, *, by):
        return furnishing.remove_photo(self.cleaned_data["photo"], by=by)


class ServicesForm(ActForm):
    places = forms.CharField(
        label=_("还服务哪些社区（代码，一行一个）"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, facility, *args, **kwargs):
        super().__init__(facility, *args, **kwargs)
        self.fields["places"].initial = "\n".join(facility.services.values_list("place__code", flat=True))

    def clean_places(self):
        codes = self.cleaned_data["places"].split()
        found = {place.code: place for place in Place.objects.current().communities().filter(code__in=codes)}
        if missing := [code for code in codes if code not in found]:
            raise forms.ValidationError(_("没有这个社区：%s") % missing[0])
        return list(found.values())

    def act(self, *, by):
        return furnishing.set_services(self.facility, by=by, **self.cleaned_data)


class MergeForm(ActForm):
    permission = APPROVE
    duplicate = forms.CharField(label=_("重复记录的设施编号"), max_length=40)
    note = note_field(_("为什么是同一处设施"))

    def clean_duplicate(self):
        code = self.cleaned_data["duplicate"].strip()
        found = Facility.objects.standing().filter(code=code).exclude(pk=self.facility.pk).first()
        if found is None:
            raise forms.ValidationError(_("没有编号为 %s 的另一处设施。") % code)
        return found

    def act(self, *, by):
        return keeping.merge_facilities(self.facility, by=by, **self.cleaned_data)


class ArchiveForm(ActForm):
    permission = APPROVE
    note = note_field(_("归档原因"))

    def act(self, *, by):
        return keeping.archive_facility(self.facility, by=by, **self.cleaned_data)


ACTS = {
    "hours": (_("开放时间"), HoursForm),
    "log": (_("登记今天开放"), LogForm),
    "closure": (_("预告闭馆"), ClosureForm),
    "survey": (_("无障碍查看"), SurveyForm),
    "inspect": (_("品质检查"), InspectForm),
    "fix": (_("整改完成"), FixForm),
    "photo": (_("添加照片"), PhotoForm),
    "photo-down": (_("撤下照片"), PhotoDownForm),
    "services": (_("服务范围"), ServicesForm),
    "merge": (_("合并重复记录"), MergeForm),
    "archive": (_("归档"), ArchiveForm),
}
