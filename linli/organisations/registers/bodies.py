"""The registers of organisations: which columns in which order, known again by which key."""

from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from .. import models
from ..rules import EDIT, VIEW

GROUP, COMPOUNDS, LINKAGE = _("组织"), _("物业和小区"), _("共驻共建")
PLACE = {"place": ("社区代码", "区划代码", "所在社区代码", "所在区划代码")}
CODE = {"credit_code": ("信用代码", "社会信用代码")}

SHARED = {"view": VIEW, "edit": EDIT, "spellings": {**PLACE, **CODE}}

ORGANISATIONS = declare_register(
    Register(
        name="organisations",
        title=_("社会组织和团队"),
        group=GROUP,
        model=models.Organisation,
        fields=(
            "place", "name", "kind", "standing", "credit_code", "grade", "state", "subject", "theme", "able",
            "member_count", "founded_on", "ended_on", "contact_name", "contact_phone",
        ),
        key=("place", "name"),
        lookup=("credit_code", "name"),
        alike=("name", "credit_code"),
        listed=("kind", "standing", "grade", "state"),
        filters=("kind", "theme", "standing", "grade", "state", "able"),
        searched=("name", "credit_code", "subject"),
        levels=("community", "street"),
        order=("name", "pk"),
        **SHARED,
    )
)  # fmt: skip
SERVICE_AREAS = declare_register(
    Register(
        name="service-areas",
        title=_("服务范围"),
        group=GROUP,
        model=models.ServiceArea,
        fields=("organisation", "served", "since", "until"),
        key=("organisation", "served", "since"),
        listed=("served", "since", "until"),
        searched=("organisation__name",),
        path="organisation__place",
        levels=("community", "street"),
        **SHARED,
    )
)
SUPPORTS = declare_register(
    Register(
        name="supports",
        title=_("扶持记录"),
        group=GROUP,
        model=models.Support,
        fields=("organisation", "kind", "title", "amount", "given_on", "given_by"),
        key=("organisation", "title", "given_on"),
        listed=("organisation", "kind", "amount", "given_on"),
        filters=("kind",),
        searched=("title", "organisation__name"),
        path="organisation__place",
        levels=("community", "street"),
        **SHARED,
    )
)
BRANDS = declare_register(
    Register(
        name="brands",
        title=_("社区服务品牌"),
        group=GROUP,
        model=models.Brand,
        fields=("place", "name", "subject", "since", "until"),
        key=("place", "name"),
        alike=("name",),
        listed=("subject", "since"),
        searched=("name",),
        **SHARED,
    )
)
PROPERTY_FIRMS = declare_register(
    Register(
        name="property-firms",
        title=_("物业企业"),
        group=COMPOUNDS,
        model=models.PropertyFirm,
        fields=("place", "name", "credit_code", "party", "party_on", "contact_name", "contact_phone"),
        key=("credit_code",),
        lookup=("credit_code", "name"),
        alike=("name", "credit_code"),
        listed=("credit_code", "party", "party_on"),
        filters=("party",),
        searched=("name", "credit_code"),
        levels=("community", "street", "county"),
        **SHARED,
    )
)
COMPOUND_PROFILES = declare_register(
    Register(
        name="compounds",
        title=_("小区治理"),
        group=COMPOUNDS,
        model=models.CompoundProfile,
        fields=(
            "place", "unmanaged", "mode", "firm", "contract_since", "contract_until", "three_members",
            "party", "party_on", "households",
        ),
        key=("place",),
        listed=("mode", "firm", "contract_until", "party"),
        filters=("mode", "unmanaged", "party", "three_members"),
        due="contract_until",
        levels=("compound",),
        **SHARED | {"spellings": {"place": ("小区代码",), "firm": ("物业企业信用代码",)}},
    )
)  # fmt: skip
OWNERS_COMMITTEES = declare_register(
    Register(
        name="owners-committees",
        title=_("业主委员会"),
        group=COMPOUNDS,
        model=models.OwnersCommittee,
        fields=(
            "place", "name", "state", "prepared_on", "owner_count", "voted_count", "elected_on", "filed_on",
            "term_ends_on", "member_count", "cross_posts",
        ),
        key=("place", "name"),
        lookup=("name",),
        alike=("name",),
        due="term_ends_on",
        listed=("state", "term_ends_on"),
        filters=("state",),
        searched=("name",),
        levels=("compound",),
        **SHARED | {"spellings": {"place": ("小区代码",)}},
    )
)  # fmt: skip
STATIONS = declare_register(
    Register(
        name="stations",
        title=_("小区工作站"),
        group=COMPOUNDS,
        model=models.Station,
        fields=("place", "name", "opened_on", "closed_on", "households"),
        key=("place", "name"),
        lookup=("name",),
        alike=("name",),
        listed=("opened_on", "households"),
        searched=("name",),
        levels=("compound",),
        **SHARED | {"spellings": {"place": ("小区代码",)}},
    )
)
STEWARDS = declare_register(
    Register(
        name="stewards",
        title=_("站长和楼栋长"),
        group=COMPOUNDS,
        model=models.Steward,
        fields=("station", "kind", "name", "phone", "buildings", "since", "until"),
        key=("station", "kind", "name", "since"),
        listed=("station", "buildings", "since"),
        filters=("kind",),
        searched=("name", "buildings"),
        path="station__place",
        levels=("compound",),
        **SHARED,
    )
)
RESIDENT_UNITS = declare_register(
    Register(
        name="resident-units",
        title=_("驻区单位和企业"),
        group=LINKAGE,
        model=models.ResidentUnit,
        fields=(
            "place", "name", "kind", "credit_code", "party", "party_on", "listed", "checked_in_on",
            "checked_in_until", "members_listed", "members_checked_in", "can_share", "contact_name", "contact_phone",
        ),
        key=("place", "name"),
        lookup=("credit_code", "name"),
        alike=("credit_code", "name"),
        listed=("kind", "party", "checked_in_on"),
        filters=("kind", "party", "listed"),
        searched=("name", "credit_code"),
        **SHARED,
    )
)  # fmt: skip

OF_ORGANISATION = SHARED | {"path": "organisation__place", "levels": ("community", "street")}
LIAISONS = declare_register(
    Register(
        name="liaisons",
        title=_("组织联系记录"),
        group=GROUP,
        model=models.Liaison,
        fields=(
            "organisation", "met_on", "liaison", "subject", "needs", "settled_on", "outcome", "next_on",
            "met_again_on",
        ),
        key=("organisation", "met_on", "subject"),
        due="next_on",
        over="met_again_on",
        listed=("met_on", "needs", "settled_on", "next_on"),
        searched=("organisation__name", "subject", "needs"),
        order=("-met_on", "pk"),
        **OF_ORGANISATION,
    )
)  # fmt: skip
ENTERPRISES = declare_register(
    Register(
        name="enterprises",
        title=_("社区社会企业库"),
        group=GROUP,
        model=models.EnterpriseEntry,
        fields=(
            "organisation", "library", "founder", "ownership", "field", "aim", "reinvest_percent",
            "surveyed_on", "entered_on", "left_on", "left_why",
        ),
        key=("organisation", "library", "entered_on"),
        listed=("library", "field", "ownership", "entered_on"),
        filters=("library", "field", "ownership"),
        searched=("organisation__name", "founder", "aim"),
        **OF_ORGANISATION,
    )
)  # fmt: skip
STATIONS_OF_SOCIAL_WORK = declare_register(
    Register(
        name="social-work-stations",
        title=_("社工站"),
        group=GROUP,
        model=models.SocialWorkStation,
        fields=(
            "place", "name", "operator", "worker_count", "certified_count", "opened_on", "closed_on",
        ),
        key=("place", "name"),
        lookup=("name",),
        alike=("name",),
        listed=("operator", "worker_count", "opened_on"),
        searched=("name",),
        levels=("community", "street", "county", "city"),
        **SHARED,
    )
)  # fmt: skip
COMMITMENTS = declare_register(
    Register(
        name="commitments",
        title=_("结对共建承诺"),
        group=LINKAGE,
        model=models.Commitment,
        fields=("unit", "kind", "title", "promised_on", "due_on", "done_on", "outcome", "meeting"),
        key=("unit", "title", "promised_on"),
        listed=("unit", "kind", "due_on", "done_on"),
        filters=("kind",),
        due="due_on",
        over="done_on",
        searched=("unit__name", "title"),
        path="unit__place",
        order=("-promised_on", "pk"),
        **SHARED,
    )
)

OWN = (
    ORGANISATIONS, SERVICE_AREAS, SUPPORTS, BRANDS, PROPERTY_FIRMS, COMPOUND_PROFILES, OWNERS_COMMITTEES,
    STATIONS, STEWARDS, RESIDENT_UNITS, LIAISONS, ENTERPRISES, STATIONS_OF_SOCIAL_WORK, COMMITMENTS,
)  # fmt: skip
for register in OWN:
    declare_table(register)
