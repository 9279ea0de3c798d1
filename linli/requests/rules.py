"""What one may do about requests; each name is granted by some role of packs/roles."""

from linli.cases import rules
from linli.cases.rules import either, for_unit, is_assignee, is_reporter, may
from linli.kernel.permissions import declare

VIEW = declare("request.view", "查看辖区或本单位的诉求")
HEAR = declare("request.hear", "接收派给本单位诉求的通知，在待办中看到它们")
RATINGS = declare("request.see_ratings", "闭环前查看诉求评价")
WHISTLE_VIEW = declare("whistle.view", "查看辖区或本单位的协办")
WHISTLE_HEAR = declare("whistle.hear", "接收派给本单位协办的通知")
RECTIFICATION_VIEW = declare("rectification.view", "查看辖区或本单位的差评整改")
RECTIFICATION_HEAR = declare("rectification.hear", "接收本单位差评整改的通知")
ENTER = declare("requests.enter", "代居民登记诉求（电话、窗口、书面、上门、网格）")
ACT_FOR = declare("requests.act_for", "代诉求人补充、撤回、要求重办")
DISPATCH = declare("requests.dispatch", "受理、派单、不予受理、并案")
WORK = declare("requests.work", "签收和办理派给本单位的诉求、协办、整改")
APPROVE = declare("requests.approve", "审批延期、剔除考核和评价异议")
SUPERVISE = declare("requests.supervise", "督办辖区诉求，接收逐级提醒")
CALL_BACK = declare("requests.call_back", "回访诉求人、归档、退回重办")
SEE_REPORTER = declare("requests.see_reporter", "查看要求保密的诉求人")
TOPIC_VIEW = declare("topic.view", "查看辖区未诉先办专题")
TOPIC_HEAR = declare("topic.hear", "接收本单位未诉先办专题的通知")
TOPICS = declare("requests.topics", "把高频诉求立为未诉先办专题")
REDACT = declare("requests.redact", "审核和遮挡诉求照片")
ORIGINALS = declare("requests.see_originals", "查看遮挡前的照片原件（每次留痕）")

can_dispatch = may(DISPATCH)
can_work = for_unit(WORK)
can_approve = may(APPROVE)
can_supervise = may(SUPERVISE)
can_call_back = may(CALL_BACK)
can_act_as_requester = either(is_reporter, may(ACT_FOR))
can_note = either(can_dispatch, can_work, can_supervise, can_call_back)
can_close = either(rules.is_timer, can_call_back)
can_resume = either(is_reporter, may(ACT_FOR), can_work)
can_rate = either(is_reporter, can_call_back)
can_topic = either(may(TOPICS), can_work)
can_publish = either(can_dispatch, can_call_back)
can_answer_at_once = either(can_dispatch, can_work)


def may_see_reporter(actor, case) -> bool:
    """The unit complained about never learns who complained; an anonymous one is known to few (P9)."""
    if actor.may(SEE_REPORTER, at=case.place):
        return True
    request = case.request
    if request.anonymous or request.kind in ("complaint", "report"):
        return False
    return is_assignee(actor, case) or actor.may(VIEW, at=case.place) or rules.in_unit(VIEW, actor, case)


def may_see_rater(actor, case) -> bool:
    """Who gave the bad rating is known to those who call back, and to nobody else."""
    return actor.may(CALL_BACK, at=case.place)
