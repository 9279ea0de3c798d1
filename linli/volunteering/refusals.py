"""What somebody hears when volunteering says no: the name of the rule and a sentence for people."""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "joining_never_overlaps_another": _("这个时间您已经报名了别的班次。"),
    "joining_once_in_a_shift": _("已经报过名了。"),
    "shift_never_overfull": _("名额刚刚满了。"),
    "attendance_never_overlaps_another": _("这段时间已经有一条确认过的服务记录。"),
    "attendance_never_confirmed_by_the_volunteer": _("时长要由别人确认，不能自己确认。"),
    "attendance_confirmed_by_a_second_person": _("录入的人不能同时确认，请第二个人确认。"),
    "attendance_confirmed_by_somebody_with_evidence": _("请写明佐证，例如签到表编号。"),
    "attendance_once_in_a_shift": _("这个班次已经有记录了。"),
    "attendance_decided_is_never_edited": _("确认过的记录不能修改，请另记一条更正。"),
    "day_total_within_the_limit": _("超过了一天的上限，没有记入。"),
    "issue_granted_by_another_person": _("申请人不能自己复核，请另一个人复核。"),
    "issue_has_evidence": _("请写明佐证。"),
    "reward_never_given_beyond_its_stock": _("已经兑完了。"),
    "membership_once_at_a_time": _("已经在这支队伍里了。"),
    "team_name_once_in_a_place": _("这个社区已经有同名的队伍。"),
    "station_name_once_in_a_place": _("这个社区已经有同名的站点。"),
    "shift_once_in_an_activity": _("这个时间的班次已经有了。"),
    "award_round_once_a_year": _("今年的评选已经开始了。"),
    "nomination_once_in_a_round": _("这个奖项已经推荐过了。"),
    "help_never_overlaps_another": _("这个时间志愿者已经接了别的求助单。"),
    "pairing_offered_once_at_a_time": _("已经提议过了，正在等双方答复。"),
    "look_by_another_person": _("录入的人不能自己复看，请另一个人复看。"),
    "joining_never_during_an_accepted_order": _("这个时间您已经接了求助单。"),
    "help_never_during_a_joined_shift": _("这个时间志愿者已经报名了活动。"),
    "shop_name_once_in_a_place": _("这里已经有同名的兑换点。"),
    "reward_once_in_a_shop": _("这件兑换品已经上架了。"),
    "objection_once_by_somebody": _("您已经提过异议，正在核实。"),
    "volunteer_is_active": _("注册没有完成、在等监护人同意，或者已经退出。"),
    "duty_once_at_a_time": _("已经在担任了。"),
    "key_client_once_at_a_time": _("已经是重点对象了。"),
}


class VolunteeringRefused(Exception):
    """It was not done and nothing has changed; `rule` names the rule, the text says why."""

    def __init__(self, rule: str, sentence: str = "") -> None:
        super().__init__(sentence or str(SENTENCES[rule]))
        self.rule = rule


def refused(error: IntegrityError) -> Exception:
    """The refusal behind an IntegrityError; the error itself when it is none of our rules."""
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    return VolunteeringRefused(rule) if rule in SENTENCES else error
