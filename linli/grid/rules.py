"""What one may do about grid events."""

from linli.cases.rules import either, for_unit, is_reporter, may
from linli.kernel.permissions import declare

VIEW = declare("event.view", "查看辖区的网格事件")
HEAR = declare("event.hear", "接收派给本单位网格事件的通知")
REPORT = declare("grid.report", "上报网格事件")
TRIAGE = declare("grid.triage", "受理、核查、上报和下派网格事件")
WORK = declare("grid.work", "处置派给本单位的网格事件")
can_triage, can_work = may(TRIAGE), for_unit(WORK)
can_verify = either(is_reporter, can_triage)
