"""Telling everybody which ideas of residents were taken up."""

from django.utils.translation import gettext as _

from linli.cases.actions import WrongState
from linli.cases.actors import account_of
from linli.kernel import clock

from ..models import Adopted, Request

TAKEN_UP = (Request.Result.SOLVED, Request.Result.PLANNED)


def publish(case, *, by, text) -> None:
    """Effect: the idea stands on the public page in the words of staff; told again, it stands there anew."""
    request = case.request
    if request.kind != Request.Kind.ADVICE or request.result not in TAKEN_UP:
        raise WrongState(_("只公布已经采纳（已解决或列入计划）的建议。"))
    told = {"text": text, "by": account_of(by), "at": clock.now()}
    Adopted.objects.update_or_create(request=request, defaults=told)
