"""What one may do about plans and figures; each name is granted by some role of packs/roles."""

from linli.cases.rules import for_unit, in_unit, is_assignee
from linli.kernel.permissions import declare

VIEW = declare("plans.view", "查看规划执行情况、指标说明和计数项")
REPORT = declare("figures.report", "填报辖区指标数据")
APPROVE = declare("figures.approve", "审核辖区填报的指标数据")
LOCK = declare("figures.lock", "锁定和重开辖区指标数据的月份")
ASSIGN = declare("plans.assign", "分解规划任务、验收、开展督导")
CARRY_OUT = declare("plans.carry_out", "承办交给本单位的规划任务和督导整改")
TASK_VIEW = declare("plantask.view", "查看辖区或本单位承办的规划任务")
TASK_HEAR = declare("plantask.hear", "接收交给本单位的规划任务的通知")
FINDING_VIEW = declare("finding.view", "查看辖区或本单位的督导问题")
FINDING_HEAR = declare("finding.hear", "接收本单位督导问题的通知")
EVALUATION_VIEW = declare("evaluation.view", "查看辖区或本单位的社区评价")
EVALUATION_HEAR = declare("evaluation.hear", "接收本单位社区评价的通知")
DRAFT = declare("plans.draft", "起草辖区的下一期规划，导出成规划包")
FREEZE = declare("plans.freeze", "把辖区规划执行情况定稿成期次")
EVALUATE = declare("plans.evaluate", "作为第三方评估辖区的规划执行情况，提交报告")
can_carry_out = for_unit(CARRY_OUT)


def can_view(user, place) -> bool:
    return user.is_authenticated and user.may(VIEW, at=place)


def can_report(user, place) -> bool:
    return user.may(REPORT, at=place)


def can_decide(user, report) -> bool:
    """A second person decides; nobody approves what he entered himself (P11)."""
    return report.entered_by_id != user.pk and user.may(APPROVE, at=report.place)


def can_lock(user, place) -> bool:
    return user.may(LOCK, at=place)


def can_assign(user, place) -> bool:
    return user.may(ASSIGN, at=place)


def can_check(actor, case) -> bool:
    """Who gave the work looks at it; nobody accepts what his own unit did (P11)."""
    if not actor.may(ASSIGN, at=case.place) or is_assignee(actor, case):
        return False
    return not in_unit(CARRY_OUT, actor, case)


def can_visit(actor, case) -> bool:
    """Who looks at a thing on the spot and gives it marks: of projects an outside evaluator, else who gave the work."""
    if case.evaluation.round.index.rules.get("of") == "projects":
        return can_evaluate(actor, case.place) and not is_assignee(actor, case)
    return can_check(actor, case)


def can_freeze(user, place) -> bool:
    return user.may(FREEZE, at=place)


def can_evaluate(user, place) -> bool:
    """Whoever makes or keeps the figures evaluates nothing: the role stands alone."""
    return user.may(EVALUATE, at=place) and not user.may(FREEZE, at=place)


def can_publish_report(user, report) -> bool:
    return report.handed_in_by_id != user.pk and user.may(FREEZE, at=report.place)


def can_decide_request(user, request) -> bool:
    """A second person decides who takes frozen data out of the house (P11)."""
    return request.asked_by_id != user.pk and user.may(FREEZE, at=request.edition.place)


def can_draft(user, place) -> bool:
    return user.may(DRAFT, at=place)
