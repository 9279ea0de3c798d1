"""What one may do about plans and figures; each name is granted by some role of packs/roles."""

from linli.kernel.permissions import declare

VIEW = declare("plans.view", "查看规划执行情况、指标说明和计数项")
REPORT = declare("figures.report", "填报辖区指标数据")
APPROVE = declare("figures.approve", "审核辖区填报的指标数据")
LOCK = declare("figures.lock", "锁定和重开辖区指标数据的月份")


def can_view(user, place) -> bool:
    return user.is_authenticated and user.may(VIEW, at=place)


def can_report(user, place) -> bool:
    return user.may(REPORT, at=place)


def can_decide(user, report) -> bool:
    """A second person decides; nobody approves what he entered himself (P11)."""
    return report.entered_by_id != user.pk and user.may(APPROVE, at=report.place)


def can_lock(user, place) -> bool:
    return user.may(LOCK, at=place)
