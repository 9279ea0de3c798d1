"""What one may do in volunteering; each name is granted by some role of packs/roles."""

from linli.cases import rules
from linli.cases.rules import either, is_reporter, may
from linli.kernel import clock
from linli.kernel.permissions import declare

VIEW = declare("help.view", "查看辖区的求助单")
HEAR = declare("help.hear", "接收本单位求助单的通知，在待办中看到它们")
RATINGS = declare("help.see_ratings", "闭环前查看求助单评价")
ENTER = declare("volunteering.enter", "代居民登记求助、代登记志愿者（电话、窗口）")
ORGANISE = declare("volunteering.organise", "发布志愿服务活动，管理队伍、站点和签到")
MATCH = declare("volunteering.match", "为求助单匹配志愿者，提议结对")
CONFIRM = declare("volunteering.confirm", "作为第二人确认时长，处理异议")
ISSUE = declare("volunteering.issue", "申请发放时间币，指定重点对象，办理继承")
GRANT = declare("volunteering.grant", "复核时间币发放，查看后台记账")
SETTLE = declare("volunteering.settle", "办理社区之间的时间币结算")
REDEEM = declare("volunteering.hand_over", "在兑换点核销时间币")
AWARD = declare("volunteering.award", "组织志愿服务年度评选")
PLAN = declare("volunteering.plan", "查看志愿服务布局和未满足的需求")

can_match = may(MATCH)
can_decide = may(CONFIRM)
can_enter = may(ENTER)
can_close = either(rules.is_timer, can_match)


def is_helper(actor, case) -> bool:
    """The volunteer the order was given to, or whoever acts for him today."""
    helper = case.help.volunteer_id
    return helper is not None and (
        actor.person_id == helper or (actor.is_authenticated and helper in actor.acts_for)
    )


def can_take(actor, case) -> bool:
    """An active volunteer who is not the one who asks; taking it is offered in the list near him."""
    volunteer = volunteer_of(actor)
    return (
        volunteer is not None
        and volunteer.is_serving
        and is_grown(volunteer, case.help.charter)
        and volunteer.pk != case.reporter_id
        and volunteer.place.ancestor_codes[:3] == case.place.ancestor_codes[:3]
    )


def is_grown(volunteer, charter) -> bool:
    """Whether a volunteer is of age today: children serve where grown-ups lead, not alone in somebody's home (D6)."""
    if not volunteer.minor:
        return True
    age = volunteer.person.age_on(clock.today())
    return age is not None and age >= charter.rules.limits.adult_age


def volunteer_of(actor):
    """The volunteer behind an account, None when he is none."""
    person = getattr(actor, "person", None)
    return getattr(person, "volunteer", None) if person is not None else None


def can_confirm(actor, case) -> bool:
    """The one who was helped, his family, or a coordinator he told by phone – never the helper (L2)."""
    if actor.person_id is not None and actor.person_id in (case.help.volunteer_id, case.help.entered_by_id):
        return False
    return is_reporter(actor, case) or actor.may(CONFIRM, at=case.place)


can_act_as_requester = either(is_reporter, can_enter)
can_report_done = either(is_helper, can_match)
