"""Who opens, fills and reviews forms."""

from linli.cases.rules import either, is_assignee, may
from linli.kernel.permissions import declare

VIEW = declare("form.view", "查看辖区填报")
FILL = declare("forms.fill", "打开和填写报表")
REVIEW_STREET = declare("forms.review_street", "街道审核报表")
REVIEW_COUNTY = declare("forms.review_county", "区县审核报表")
BURDEN = declare("forms.burden", "查看报表负担")

can_fill = either(is_assignee, may(FILL))
can_review_street = may(REVIEW_STREET)
can_review_county = may(REVIEW_COUNTY)
