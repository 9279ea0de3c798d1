"""What one may do about care; each name is granted by some role of packs/roles."""

from linli.cases import rules
from linli.cases.rules import either, is_assignee, is_reporter, is_timer, may
from linli.kernel import clock
from linli.kernel.permissions import declare

VISIT_VIEW = declare("visit.view", "查看辖区探访的安排和进展")
VISIT_HEAR = declare("visit.hear", "接收本单位探访的通知")
VIEW = declare("care.view", "查看辖区关爱名单和月探访率")
ENROL = declare("care.enrol", "列入、调整和退出关爱名单，评估风险，结对")
PLAN = declare("care.plan", "制定探访计划，指定探访人")
VISIT = declare("care.visit", "上门、电话、视频探访")
APPROVE = declare("care.approve", "审批婉拒、改用其他方式的探访和未成年人档案查阅")
DUTY = declare("care.duty", "值守：接收紧急情况和无人应答的上报")
REPORT_HARM = declare("care.report_harm", "提交侵害未成年人强制报告")
WALK_VIEW = declare("homevisit.view", "查看辖区普通住户的走访台账")
WALK_HEAR = declare("homevisit.hear", "接收本单位走访的通知")
PROMPT_VIEW = declare("prompt.view", "查看辖区的主动提醒")
PROMPT_HEAR = declare("prompt.hear", "接收本单位主动提醒的通知")
HARM_VIEW = declare("harm.view", "查看强制报告")
HARM_HEAR = declare("harm.hear", "接收强制报告的通知")
FILE_HARM = declare("care.file_harm", "办理强制报告")


def is_visitor(actor, case) -> bool:
    """Who was asked to come by, while he still holds a post that lets him visit there."""
    return is_assignee(actor, case) and actor.may(VISIT, at=case.place)


def can_approve(actor, case) -> bool:
    """A supervisor, but never of what he wrote himself (P11)."""
    wrote = case.visit.recorded_by_id if hasattr(case, "visit") else None
    return actor.may(APPROVE, at=case.place) and getattr(actor, "pk", None) != wrote


can_plan = may(PLAN)
can_rate = either(is_reporter, can_approve)  # the visited, or who asked him on the telephone: not the visitor
can_visit = either(is_visitor, can_plan)
can_climb = is_timer
can_escalate = either(is_visitor, can_plan, is_timer)
can_walk = either(is_visitor, can_plan)
can_send = either(can_plan, may(VISIT))  # who stands at the door takes it over from who was sent
can_prompt = may(ENROL)
can_refuse = either(is_reporter, can_prompt)
can_take_over = may(DUTY)
can_settle = either(is_visitor, can_take_over)
can_file = rules.for_unit(FILE_HARM)


def reads_children(user, care_person) -> bool:
    """Whether the user was granted the file of this minor; of an adult everybody who sees the list may read."""
    if not care_person.is_child() or care_person.person_id == user.person_id:
        return True
    return care_person.accesses.filter(worker=user.pk, until__gte=clock.today()).exists()
