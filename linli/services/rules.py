"""What one may do about satisfaction surveys."""

from linli.kernel.permissions import declare

SURVEY = declare("services.survey", "开展辖区群众满意度调查，录入电话和纸质答卷，公布结果")


def can_survey(user, place) -> bool:
    return user.may(SURVEY, at=place)
