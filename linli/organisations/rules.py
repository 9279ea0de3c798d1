"""Who keeps the registers of organisations; what of them is public is in the API."""

from linli.kernel.permissions import declare

VIEW = declare("organisations.view", "查看辖区组织、物业和小区治理台账")
EDIT = declare("organisations.edit", "登记和修改辖区组织、物业和小区治理台账")
