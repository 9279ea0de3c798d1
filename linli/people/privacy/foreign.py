"""Personal fields in tables of libraries: stated here, for their models cannot say it themselves (D1).

A test fails on a table of a library that is not listed, so a new version cannot bring one in unseen.
"""

from dataclasses import dataclass, field

from linli.kernel.personal import Personal

LIVE = "while the account lives"


@dataclass(frozen=True)
class Said:
    """What is personal in a library's table, and the lookups to the person; nothing by default."""

    about: tuple[str, ...] = ()
    personal: dict[str, Personal] = field(default_factory=dict)


NOTHING = Said()

FOREIGN: dict[str, Said] = {
    "contenttypes.ContentType": NOTHING,
    "auth.Permission": NOTHING,
    "auth.Group": NOTHING,
    "sessions.Session": NOTHING,  # holds the account's id; found by the session list and removed with it
    "pghistory.Context": NOTHING,  # not used: versions carry who and why themselves
    "pghistory.Events": NOTHING,  # a view over versions, without a table
    "pghistory.MiddlewareEvents": NOTHING,
    "procrastinate.ProcrastinateWorker": NOTHING,
    "procrastinate.ProcrastinateJob": NOTHING,  # ids only; those of a purged person are removed by value
    "procrastinate.ProcrastinateEvent": NOTHING,
    "procrastinate.ProcrastinatePeriodicDefer": NOTHING,
    "account.EmailAddress": Said(("user__person",), {"email": Personal(2, "登录与通知", "同意", LIVE)}),
    "account.EmailConfirmation": Said(
        ("email_address__user__person",), {"key": Personal(2, "核实邮箱", "同意", LIVE)}
    ),
    "mfa.Authenticator": Said(
        ("user__person",),
        {
            "type": Personal(1, "双因素登录", "网络安全法", LIVE, mask="none"),
            "data": Personal(3, "双因素登录", "网络安全法", LIVE),
        },
    ),
    "usersessions.UserSession": Said(
        ("user__person",),
        {
            "ip": Personal(2, "登录设备管理", "网络安全法", LIVE),
            "user_agent": Personal(1, "登录设备管理", "网络安全法", LIVE),
            "session_key": Personal(3, "登录设备管理", "网络安全法", LIVE),
            "data": Personal(1, "登录设备管理", "网络安全法", LIVE),
        },
    ),
    "socialaccount.SocialApp": NOTHING,
    "socialaccount.SocialAccount": Said(
        ("user__person",),
        {
            "uid": Personal(2, "统一身份认证", "同意", LIVE),
            "extra_data": Personal(2, "统一身份认证", "同意", LIVE),
        },
    ),
    "socialaccount.SocialToken": Said(
        ("account__user__person",),
        {
            "token": Personal(3, "统一身份认证", "同意", LIVE),
            "token_secret": Personal(3, "统一身份认证", "同意", LIVE),
        },
    ),
}

# Keys and codes: never copied out, not even to the person (they open his account).
NEVER_COPIED = {
    "people.User": {"password"},
    "account.EmailConfirmation": {"key"},
    "mfa.Authenticator": {"data"},
    "usersessions.UserSession": {"session_key"},
    "socialaccount.SocialToken": {"token", "token_secret"},
}
