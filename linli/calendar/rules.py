"""Reading the calendar is open to everyone; the year's announcement is entered by staff."""

from linli.kernel.permissions import declare

EDIT = declare("calendar.edit", "登记和修改年度放假安排")
