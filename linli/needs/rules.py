"""What one may do about needs, resources and projects."""

from linli.cases.rules import either, is_reporter, may
from linli.kernel.permissions import declare

VIEW = declare("need.view", "查看辖区的居民需求")
HEAR = declare("need.hear", "接收本单位居民需求的通知")
LIST = declare("needs.list", "登记居民需求、服务资源和民生项目")
MATCH = declare("needs.match", "对接需求与资源，转为项目")

can_match = may(MATCH)
can_say_met = either(is_reporter, may(MATCH))
