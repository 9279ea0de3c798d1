"""The registers that hang on facilities: what goes on inside them, and a fact the standards read beside them."""

from django.db.models import BooleanField, CharField, Model
from django.utils.translation import gettext_lazy as _

from linli.kernel import clock
from linli.registers.asking import Asked, declare_asked
from linli.registers.declaring import Link, Register, declare_link, declare_register
from linli.registers.tables import declare_table

from . import models
from .actions import correcting as correcting  # what may be said to be wrong is declared with it
from .models import Facility, FloorArea, UpgradeProject
from .rules import EDIT, VIEW

declare_link(
    Facility,
    Link(
        _("设施编号"),
        lambda names: {
            one.code: one
            for one in Facility.objects.standing().filter(code__in=names).select_related("kind", "place")
        },
        lambda facility: facility.code,
    ),
)

declare_link(
    UpgradeProject,
    Link(
        _("项目编号"),
        lambda names: {
            one.code: one for one in UpgradeProject.objects.filter(code__in=names).select_related("place")
        },
        lambda project: project.code,
    ),
)

FLOOR_AREAS = declare_register(
    Register(
        name="floor-areas",
        title=_("社区总建筑面积"),
        group=_("设施标准的基础数据"),
        model=FloorArea,
        fields=("place", "as_of", "floor_area_m2", "source"),
        key=("place", "as_of"),
        view=VIEW,
        edit=EDIT,
        listed=("floor_area_m2", "as_of", "source"),
        searched=("source",),
        order=("-as_of", "pk"),
        spellings={"place": ("社区代码", "区划代码"), "floor_area_m2": ("总建筑面积", "建筑总面积")},
    )
)
declare_table(FLOOR_AREAS)

PLACES = ("community", "street", "county", "city")
INSIDE, ELDER, CHILDREN = _("设施里的服务"), _("养老服务"), _("儿童和托育")


def declare(name: str, title, group, model: type[Model], fields: str, key: str, **more) -> Register:
    """A register of what goes on in a facility: every choice and yes-or-no is a filter."""
    columns = tuple(fields.split())
    kinds = {one: model._meta.get_field(one) for one in columns}
    texts = [one for one, field in kinds.items() if isinstance(field, CharField) and not field.choices]
    own = ["facility__name"] if "facility" in kinds else []
    said = {
        "path": "facility__place",
        "levels": PLACES,
        "searched": (*own, *texts),
        "filters": tuple(n for n, f in kinds.items() if f.choices or isinstance(f, BooleanField)),
        "spellings": {"facility": ("所在设施编号",), "place": ("社区代码", "区划代码")},
        **more,
    }
    made = declare_register(
        Register(
            name=name, title=title, group=group, model=model, fields=columns, key=tuple(key.split()),
            view=VIEW, edit=EDIT, **said,
        )
    )  # fmt: skip
    declare_table(made)
    return made


AMENITIES = declare(
    "village-amenities", _("农村基础设施"), _("设施标准的基础数据"), models.VillageAmenity,
    "place as_of sorting sewage clean_toilets five_g broadband source", "place as_of", path="place",
    levels=("community",), listed=("sorting", "sewage", "clean_toilets", "five_g", "broadband"),
    order=("-as_of", "pk"),
)  # fmt: skip
RESIDENT = declare(
    "resident-services", _("入驻服务"), INSIDE, models.ResidentService,
    "facility name function handles desk hours operator provider staff_count since until", "facility name since",
    listed=("facility", "desk", "hours", "operator", "provider"), order=("facility", "desk", "pk"),
)  # fmt: skip
DESK_DUTIES = declare(
    "desk-duties", _("窗口值班安排"), INSIDE, models.DeskDuty,
    "service weekday hours staff stands_in since until", "service weekday hours since",
    path="service__facility__place", listed=("hours", "staff", "stands_in"), order=("service", "weekday", "pk"),
    searched=("service__name", "staff"),
)  # fmt: skip
VISITS = declare(
    "site-visits", _("到访登记"), INSIDE, models.SiteVisits, "facility day visits booked", "facility day",
    listed=("visits", "booked"), order=("-day", "pk"), sums=("visits",),
)  # fmt: skip
SESSIONS = declare(
    "site-sessions", _("活动日历"), INSIDE, models.SiteSession,
    "facility title kind held_on hours room organiser places enrolled attended", "facility title held_on hours",
    listed=("facility", "kind", "held_on", "enrolled", "attended"), order=("-held_on", "pk"), sums=("attended",),
)  # fmt: skip
MEALS = declare(
    "meal-days", _("助餐日登记"), ELDER, models.MealDay, "facility day menu price_yuan ordered delivered",
    "facility day", listed=("facility", "ordered", "delivered"), order=("-day", "pk"), sums=("ordered", "delivered"),
)  # fmt: skip
ELDER_SITES = declare(
    "elder-sites", _("养老服务站运营"), ELDER, models.ElderSite,
    "facility mode operator operator_name contract_since contract_until centre meals day_care health recreation"
    " training incapacity rated_on rating",
    "facility", listed=("operator", "operator_name", "contract_until", "rating"), due="contract_until",
)  # fmt: skip
AIDS = declare(
    "aid-services", _("助老服务项目"), ELDER, models.AidService,
    "facility kind provider price_yuan subsidy_yuan unit since until", "facility kind provider since",
    listed=("facility", "price_yuan", "subsidy_yuan", "unit"), due="until",
)  # fmt: skip
AID_MONTHS = declare(
    "aid-months", _("助老服务月登记"), ELDER, models.AidMonth, "service month_on served rated satisfied",
    "service month_on", path="service__facility__place", listed=("served", "rated", "satisfied"),
    order=("-month_on", "pk"), sums=("served", "rated", "satisfied"),
)  # fmt: skip
MUTUAL = declare(
    "mutual-groups", _("互助养老小组"), ELDER, models.MutualGroup,
    "place name facility helpers helped roster since until checked_on check_said", "place name", path="place",
    listed=("helpers", "helped", "checked_on"), levels=("community",),
)  # fmt: skip
CONSORTIUM = declare(
    "consortium-members", _("康养联合体成员"), ELDER, models.ConsortiumMember,
    "facility role name since until", "facility name since", listed=("facility", "since", "until"),
)  # fmt: skip
REFERRALS = declare(
    "referrals", _("康养转介月登记"), ELDER, models.Referral, "facility month_on to_hospital to_care",
    "facility month_on", listed=("to_hospital", "to_care"), sums=("to_hospital", "to_care"),
    order=("-month_on", "pk"),
)  # fmt: skip
CHILDCARE = declare(
    "childcare-sites", _("托育机构备案和托位"), CHILDREN, models.ChildcareSite,
    "facility type operator operator_name approved_places used_places price_yuan inclusive applied_on inspected_on"
    " filing_number filed_on checked_on check_passed mutual_group_count",
    "facility type", listed=("approved_places", "used_places", "inclusive", "filed_on", "checked_on"),
)  # fmt: skip
CLASSES = declare(
    "care-classes", _("托管班"), CHILDREN, models.CareClass,
    "facility title kind begins_on ends_on hours places carer_count enrolled waiting pick_up_signed",
    "facility title begins_on", lookup=("title",), listed=("facility", "begins_on", "places", "enrolled", "waiting"),
    order=("-begins_on", "pk"),
)  # fmt: skip
CLASS_DAYS = declare(
    "care-class-days", _("托管班日登记"), CHILDREN, models.CareClassDay,
    "care_class day attended incident handled", "care_class day", path="care_class__facility__place",
    listed=("attended", "incident", "handled"), order=("-day", "pk"), sums=("attended",),
)  # fmt: skip
PROTECTION = declare(
    "protection-stations", _("未成年人保护工作站"), CHILDREN, models.ProtectionStation,
    "facility staff_count full_time_count hotline hours since", "facility",
    listed=("staff_count", "full_time_count", "hotline", "hours"),
)  # fmt: skip
CONFERENCES = declare(
    "case-conferences", _("个案会商"), CHILDREN, models.CaseConference,
    "station held_on case_count closed_count units", "station held_on", path="station__facility__place",
    listed=("case_count", "closed_count", "units"), order=("-held_on", "pk"), sums=("case_count", "closed_count"),
)  # fmt: skip
PAYMENTS = declare(
    "project-payments", _("补短项目拨款"), _("设施标准的基础数据"), models.ProjectPayment,
    "project number payer planned_on planned_yuan paid_on paid_yuan document", "project number",
    path="project__place", levels=("community",), listed=("planned_on", "planned_yuan", "paid_on", "paid_yuan"),
    due="planned_on", over="paid_on", order=("project", "number"), sums=("planned_yuan", "paid_yuan"),
    searched=("project__code", "project__programme", "document"),
    spellings={"project": ("补短项目编号",)},
)  # fmt: skip

# A childcare site files itself: what it is and has; the county checks it on the spot and gives the number.
CHILDCARE_FILING = declare_asked(
    Asked(
        "childcare-sites",
        _("托育机构备案"),
        _("托育机构在线提交备案：填所在设施编号、机构情况和收费；区县现场核查后给备案编号。"),
        fields=("facility", "type", "operator_name", "approved_places", "price_yuan", "inclusive"),
        fixed=lambda: {"applied_on": clock.today()},
    )
)
