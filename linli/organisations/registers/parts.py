"""How registers of organisations are declared in few words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.registers.declaring import Register, declare_register
from linli.registers.tables import declare_table

from ..rules import EDIT, VIEW

PLACE = ("社区代码", "区划代码", "所在社区代码", "所在区划代码")
PLACES = ("community", "street", "county", "city")


def declare(name: str, title, model: type[models.Model], fields: str, key: str, **more) -> Register:
    """A register with its table: every choice and yes-or-no is a filter, the first columns are listed."""
    columns = tuple(fields.split())
    kinds = {one: model._meta.get_field(one) for one in columns}
    said = {
        "view": VIEW,
        "edit": EDIT,
        "levels": PLACES,
        "listed": columns[1:5],
        "filters": tuple(
            one for one, field in kinds.items() if field.choices or isinstance(field, models.BooleanField)
        ),
        "searched": tuple(
            one for one, field in kinds.items() if isinstance(field, models.CharField) and not field.choices
        ),
        "spellings": {"place": PLACE},
        **more,
    }
    made = declare_register(
        Register(name=name, title=title, model=model, fields=columns, key=tuple(key.split()), **said)
    )
    declare_table(made)
    return made


COMPOUND = {"levels": ("compound",), "spellings": {"place": ("小区代码", "所在区划代码")}}
GOVERNING, GROWING, JOINING, STANDING = _("小区共治"), _("培育和激励"), _("联动和结对"), _("创建和委员会")
