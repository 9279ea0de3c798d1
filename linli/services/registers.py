"""The registers of providers and of what is known of them (服务机构信用档案)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from linli.people.models import Unit
from linli.registers.changing import declare_changeable, of_register
from linli.registers.declaring import Link, Register, declare_link, declare_register
from linli.registers.tables import declare_table

from .models import CreditEntry, Provider
from .rules import CREDIT_EDIT, CREDIT_VIEW

GROUP = _("服务机构信用")
PLACE = ("社区代码", "区划代码", "所在社区代码", "所在区划代码")

declare_link(
    Unit,
    Link(
        _("单位代码"),
        lambda names: {one.code: one for one in Unit.objects.filter(code__in=names, closed_on=None)},
        lambda unit: unit.code,
    ),
)

PROVIDERS = declare_register(
    Register(
        name="providers",
        title=_("服务机构"),
        group=GROUP,
        model=Provider,
        fields=("place", "name", "field", "credit_code", "unit", "since", "until"),
        key=("place", "field", "credit_code"),
        lookup=("credit_code", "name"),
        alike=("name", "credit_code"),
        listed=("field", "credit_code", "since", "until"),
        filters=("field",),
        searched=("name", "credit_code"),
        levels=("community", "street", "county", "city"),
        order=("name", "pk"),
        spellings={"place": PLACE, "credit_code": ("信用代码", "社会信用代码")},
        view=CREDIT_VIEW,
        edit=CREDIT_EDIT,
    )
)
ENTRIES = declare_register(
    Register(
        name="credit-entries",
        title=_("信用记录"),
        group=GROUP,
        model=CreditEntry,
        fields=("provider", "kind", "on", "good", "what", "source", "until", "repaired_on", "repaired_how"),
        key=("provider", "kind", "on", "what"),
        listed=("provider", "kind", "on", "good", "until", "repaired_on"),
        filters=("kind", "good"),
        searched=("what", "source", "provider__name"),
        path="provider__place",
        levels=("community", "street", "county", "city"),
        order=("-on", "pk"),
        due="until",
        view=CREDIT_VIEW,
        edit=CREDIT_EDIT,
    )
)
for _one in (PROVIDERS, ENTRIES):
    declare_table(_one)

# The facts of a file are public, so whoever has an account may object to one or ask for its repair.
declare_changeable(replace(of_register(ENTRIES), rows=lambda user: CreditEntry.objects.standing()))
