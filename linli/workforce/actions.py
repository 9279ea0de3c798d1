"""What is done for many workers at once: the yearly proposal of grades."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import clock
from linli.registers.actions import enter_record
from linli.registers.declaring import registers

from .models import GradeRecord
from .queries.yearly import to_regrade
from .rules import EDIT


@transaction.atomic
def propose_grades(*, by) -> list[GradeRecord]:
    """Propose, for every worker this person keeps, the grade the rules give where it is higher than the approved one.

    Another approves each. Who has a proposal that waits is left alone: pressed twice, nothing is proposed twice.
    """
    if not by.may(EDIT):
        raise PermissionDenied
    since, made = clock.today(), []
    for one in to_regrade(by, EDIT):
        basis = _("年度定级：按规则计 %(years)d 年") % {"years": one.standing.counted_years}
        made.append(
            enter_record(
                registers["grades"], by=by, why=_("年度定级"), worker=one.worker, track=one.worker.track,
                grade=one.standing.grade, since=since, basis=basis,
            )
        )  # fmt: skip
    return made
