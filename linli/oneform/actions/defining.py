"""A form defined on a page by a county or city: the same rules as for a pack, and it always ends."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError as WrongShape

from linli import audit
from linli.places.models import Place

from .. import rules
from ..definitions import FormLine, asked_by, problems_of
from ..models import FormDefinition

ON_A_PAGE = "页面登记"
LEVELS = ("county", "city")


@transaction.atomic
def define_form(*, by, place: Place, refusal_rule: str, expires_on: date, **stated) -> FormDefinition:
    """A form asked of the communities of a county or city until a day.

    ValidationError by field: a code that is taken, a column that asks what is known (with the place where
    it stands), what another form asks already, or a source that is not there.
    """
    if not by.may(rules.REVIEW_COUNTY, at=place):
        raise PermissionDenied
    if place.level not in LEVELS:
        raise ValidationError({"place": _("报表由区县或市下发。")})
    if FormDefinition.objects.filter(code=stated["code"]).exists():
        raise ValidationError({"code": _("这个代码已经用过。")})
    try:
        line = FormLine(expires_on=expires_on, **stated)
    except WrongShape as wrong:
        raise ValidationError({"columns": [_told(error) for error in wrong.errors()]}) from None
    standing = FormDefinition.objects.standing().asked_of(place)
    if reasons := [reason for _where, reason in problems_of(line, asked_by(standing))]:
        raise ValidationError({"columns": reasons})
    definition = FormDefinition(
        **line.model_dump(exclude={"columns"}),
        columns=[column.model_dump() for column in line.columns],
        area=place.code, refusal_rule=refusal_rule, source=ON_A_PAGE,
    )  # fmt: skip
    definition.full_clean(exclude=["rows"])
    definition.save()
    audit.record("form.define", by=by, thing=definition, place=place, detail={"code": definition.code})
    return definition


def _told(error) -> str:
    where = ".".join(map(str, error["loc"]))
    return f"{where}：{error['msg'].removeprefix('Value error, ')}"
