"""What one may do about satisfaction surveys."""

from linli.kernel.permissions import declare

SURVEY = declare("services.survey", "开展辖区群众满意度调查，录入电话和纸质答卷，公布结果")
CREDIT_VIEW = declare("services.view_credit", "查看辖区服务机构的信用档案")
CREDIT_EDIT = declare("services.keep_credit", "登记和维护辖区服务机构的信用档案，答复信用异议和修复")


def can_survey(user, place) -> bool:
    return user.may(SURVEY, at=place)
