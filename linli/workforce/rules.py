"""Who reads personnel matters: the personnel officer's own two permissions; a worker reads his own."""

from linli.kernel.permissions import declare

VIEW = declare("workforce.view", "查看社区工作者人事台账（限人事岗位）")
EDIT = declare("workforce.edit", "登记和修改社区工作者人事台账（限人事岗位）")
DUTIES_VIEW = declare("duties.view", "查看法律顾问、儿童主任等专业配备")
DUTIES_EDIT = declare("duties.edit", "登记和修改专业配备")
GAPS = declare("workforce.gaps", "查看社区工作者配备缺口（只有人数，没有个人）")
