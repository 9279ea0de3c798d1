"""Forms of upgrade and housing projects: the shape of input; what each does stands in actions."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.kernel.text import refuse_hidden_characters
from linli.places.models import Place
from linli.registers.picking import PlaceField

from ..actions import housing, upgrading
from ..gaps import fits
from ..models import Facility, GateName, HousingProject, UpgradeProject, Way
from ..rules import APPROVE, EDIT
from ..standards import standards_at
from ..states import UPGRADE_STEPS
from . import day_field, note_field


def area_field(label, **options):
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_digits=10, decimal_places=2, **options
    )


def money_field(label, **options):
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, **options)


class NewUpgradeForm(forms.Form):
    """A gap to be written down: of which community, to which standard."""

    place = PlaceField(EDIT, label=_("社区"))
    standard = forms.CharField(label=_("标准代码"), max_length=60, widget=forms.HiddenInput)
    note = note_field(_("说明"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)

    def write_down(self, *, by) -> UpgradeProject:
        told = self.cleaned_data
        return upgrading.find_gap(told["place"], told["standard"], by=by, note=told["note"])


class UpgradeStepForm(forms.Form):
    """What every step says: since when, and a note."""

    on = day_field(_("日期"))
    note = note_field(_("说明"), required=False)

    def __init__(self, project: UpgradeProject, *args, step: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.project, self.step = project, UPGRADE_STEPS[step]
        self.fields["on"].initial = clock.today()
        self.fields["note"].required = self.step.asks_why
        self.fill()
        self.order_fields([name for name in self.fields if name != "note"])

    def fill(self) -> None:
        """What a step offers by the project it is about."""

    def act(self, *, by) -> UpgradeProject:
        return upgrading.take_upgrade_step(self.project, self.step.name, by=by, **self.cleaned_data)


class ChooseForm(UpgradeStepForm):
    way = forms.ChoiceField(label=_("补短方式"), widget=forms.RadioSelect)
    area_m2 = area_field(_("计划面积（㎡）"))
    budget_yuan = money_field(_("预算（元）"), required=False)

    def fill(self) -> None:
        standards = standards_at(self.project.place).standards
        figure = next((one.figure for one in standards if one.code == self.project.standard), "")
        self.fields["way"].choices = [one for one in Way.choices if not figure or fits(one[0], figure)]
        self.fields["area_m2"].initial = self.project.gap_m2


class FundForm(UpgradeStepForm):
    funded_yuan = money_field(_("落实资金（元）"), help_text=_("不用花钱（如共享、划拨）填 0。"))
    fund_source = forms.CharField(
        label=_("资金来源"), max_length=120, validators=[refuse_hidden_characters],
        help_text=_("例如：区财政、市级以奖代补、项目配建。"),
    )  # fmt: skip
    match_yuan = money_field(_("其中上级配套（元）"), required=False)
    programme = forms.CharField(
        label=_("所属工程"), max_length=60, required=False, validators=[refuse_hidden_characters],
        help_text=_("例如：城镇社区养老幸福工程；可按工程名称在列表里查找。"),
    )  # fmt: skip

    def fill(self) -> None:
        self.fields["funded_yuan"].initial = self.project.budget_yuan


class BeginForm(UpgradeStepForm):
    due_on = day_field(_("计划完工"), required=False)


class StandingFacilityField(forms.CharField):
    """A standing facility of one community, by its number."""

    place: Place

    def clean(self, value):
        code = super().clean(value)
        found = Facility.objects.standing().filter(place=self.place, code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("本社区没有编号为 %s 的设施，新的设施请先登记。") % code)
        return found


class AcceptForm(UpgradeStepForm):
    facility = StandingFacilityField(
        label=_("对应设施的编号"),
        max_length=40,
        help_text=_("改扩建验收后，这处设施的建筑面积会加上验收面积。"),
    )
    accepted_m2 = area_field(_("验收面积（㎡）"))

    def fill(self) -> None:
        self.fields["facility"].place = self.project.place
        self.fields["accepted_m2"].initial = self.project.area_m2


UPGRADE_FORMS = {"choose": ChooseForm, "fund": FundForm, "begin": BeginForm, "accept": AcceptForm}


def upgrade_form(project: UpgradeProject, step: str, data=None) -> UpgradeStepForm:
    """The form of a step, empty or filled."""
    return UPGRADE_FORMS.get(step, UpgradeStepForm)(project, data, step=step)


class NewHousingForm(forms.Form):
    """A housing project; what it owes the standards say."""

    code = forms.SlugField(
        label=_("项目编号"), max_length=60, help_text=_("规划许可或备案的编号，字母、数字和短横线。")
    )
    name = forms.CharField(label=_("项目名称"), max_length=120, validators=[refuse_hidden_characters])
    kind = forms.ChoiceField(label=_("性质"), choices=HousingProject.Kind.choices)
    place = PlaceField(APPROVE, label=_("所在社区"))
    households = forms.IntegerField(label=_("规划户数"), min_value=1, max_value=100_000)
    floor_area_m2 = forms.DecimalField(
        label=_("总建筑面积（㎡）"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2
    )
    new_community = forms.BooleanField(label=_("建成后单独成立社区"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].of(user)

    def register(self, *, by) -> HousingProject:
        return housing.register_project(by=by, **self.cleaned_data)


class GateForm(forms.Form):
    """The days on which the housing and its premises passed a gate."""

    housing_on = day_field(_("住宅通过的日期"))
    premises_on = day_field(
        _("配套用房通过的日期"), required=False, help_text=_("配套用房还没有通过就空着，以后再补。")
    )

    def __init__(self, project: HousingProject, data=None, *, act: str):
        row = project.gates.filter(name=act).first()
        super().__init__(
            data, initial={"housing_on": row.housing_on, "premises_on": row.premises_on} if row else None
        )
        self.project, self.gate = project, act

    def act(self, *, by):
        return housing.pass_gate(self.project, self.gate, by=by, **self.cleaned_data)


class DeliveryForm(forms.Form):
    """How much came, and what it became."""

    delivered_m2 = forms.DecimalField(
        label=_("交付的综合服务设施面积（㎡）"), min_value=0, max_digits=10, decimal_places=2
    )
    commerce_m2 = forms.DecimalField(
        label=_("交付的商业面积（㎡）"), min_value=0, max_digits=10, decimal_places=2, required=False,
        help_text=_("不知道就空着，不要填 0。"),
    )  # fmt: skip
    facility = StandingFacilityField(label=_("交付后成为哪处设施（编号）"), max_length=40, required=False)

    def __init__(self, project: HousingProject, data=None, *, act: str):
        known = {"delivered_m2": project.delivered_m2, "commerce_m2": project.commerce_m2}
        known["facility"] = project.facility.code if project.facility else ""
        super().__init__(data, initial=known)
        self.project = project
        self.fields["facility"].place = project.place

    def act(self, *, by):
        return housing.record_delivery(self.project, by=by, **self.cleaned_data)


def housing_acts() -> dict:
    """Act → (title, form): the four gates in their order, then the delivery."""
    gates = {gate.value: (gate.label, GateForm) for gate in GateName}
    return gates | {"delivery": (_("交付面积"), DeliveryForm)}
