"""How acts and things are called on the auditor's page; an app adds the acts it names by table."""

from django.apps import apps

from linli.kernel.permissions import permissions

TITLES = {
    "account.signed_in": "登录",
    "account.signed_out": "退出登录",
    "account.sign_in_failed": "登录失败",
    "account.password_changed": "修改密码",
    "account.password_set": "设置密码",
    "account.password_reset": "重置密码",
    "account.email_changed": "更换邮箱",
    "account.email_removed": "移除邮箱",
    "account.totp_added": "启用动态口令",
    "account.totp_removed": "停用动态口令",
    "account.passkey_added": "添加通行密钥",
    "account.passkey_removed": "移除通行密钥",
    "account.recovery_codes_made": "生成恢复码",
    "account.city_sign_in_connected": "绑定统一身份认证",
    "account.city_sign_in_removed": "解绑统一身份认证",
    "account.changed": "修改账号",
    "request.refused": "请求被拒绝",
    "people.copy": "取走个人信息副本",
    "people.ask_correction": "申请更正个人信息",
    "people.answer_correction": "答复更正申请",
    "people.give_consent": "同意",
    "people.withdraw_consent": "撤回同意",
    "people.depart": "登记注销",
    "people.purge": "清除个人信息",
    "people.expire": "到期清除",
    "people.appoint": "任命岗位",
    "people.end_post": "结束岗位",
    "keys.rotate": "更换密钥",
    "keys.rotate-index": "更换索引密钥",
    "api.token_made": "创建接口令牌",
    "api.token_revoked": "停用接口令牌",
    "files.read": "打开含敏感信息的文件",
    "exchange.import": "导入表格",
    "places.import": "导入区划",
    "exchange.answer_correction": "答复数据更正",
    "exchange.hand_over": "移交数据更正清单",
    "jobs.try_again": "重试后台任务",
    "notices.try_again": "重发消息",
    "notices.letters_printed": "打印信函",
    "backup.made": "备份",
    "backup.restore": "恢复备份",
    "backup.drill": "恢复演练",
    "backup.verify": "核验数据",
    "account.phone_changed": "更换手机号",
    "account.sessions_ended": "结束全部登录",
}


def title_of(act: str) -> str:
    """What an act is called: its own title, that of the permission of the same name, else the name itself."""
    return str(TITLES.get(act) or permissions.get(act) or act)


def thing_title(kind: str) -> str:
    """What a kind of thing ("cases.case") is called; the name itself where no such model is installed."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
