"""Words of residents about a plan come in without a name and are answered in public."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.api.rates import Rate, count
from linli.kernel import clock
from linli.places.models import Place
from linli.plans import rules
from linli.plans.models import Plan, Reply

HOURLY = Rate("plan-reply", 10, 3600)  # from one address: a family may share it


@transaction.atomic
def leave_words(plan: Plan, place: Place, *, words: str, address: str) -> Reply:
    """Keep what somebody says about a plan; ValidationError when too much comes from one address."""
    if count(HOURLY, address) > HOURLY.limit:
        raise ValidationError(_("这个网络今天提交得太多了，请过一小时再来，或打社区电话。"))
    made = Reply(plan=plan, place=place, words=words.strip())
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def answer_words(reply: Reply, *, by, answer: str) -> Reply:
    """Answer in public, once."""
    reply = Reply.objects.select_for_update().select_related("place").get(pk=reply.pk)
    if not rules.can_assign(by, reply.place):
        raise PermissionDenied
    if reply.answered_at is not None:
        raise ValidationError(_("已经答复过了。"))
    if not answer.strip():
        raise ValidationError(_("请写答复。"))
    reply.answer, reply.answered_by, reply.answered_at = answer.strip(), by, clock.now()
    reply.full_clean()
    reply.save()
    audit.record("plans.reply_answered", by=by, thing=reply, place=reply.place)
    return reply
