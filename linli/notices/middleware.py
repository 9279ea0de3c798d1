"""How long a session lives; and staff under 等保三级 work with a second factor or not at all."""

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.kernel import clock

from .passwords import is_too_old

BEGAN, SEEN = "linli_began", "linli_seen"  # seconds since 1970, set at sign-in
NOTED_EVERY_S = 60  # a session is not written at each request
OPEN = ("mfa_", "account_", "usersessions_", "preferences", "healthz", "readyz")


class SessionLimits:
    """Ends a session after its longest time, and one of a post holder that nobody used (A4)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = request.session.get(BEGAN) if request.user.is_authenticated else None
        if began is not None:
            now = int(clock.now().timestamp())
            if now - began > settings.SESSION_COOKIE_AGE or self._is_idle(request, now):
                get_account_adapter().logout(request)
                messages.info(request, _("登录已到时限或较长时间没有操作，为保护信息已退出，请重新登录。"))
            elif now - request.session[SEEN] > NOTED_EVERY_S:
                request.session[SEEN] = now
        return self.get_response(request)

    def _is_idle(self, request, now: int) -> bool:
        """Residents open their own data only and may take their time (docs/security.md, Sessions)."""
        idle_s = settings.ENVIRONMENT.idle_minutes * 60
        return now - request.session[SEEN] > idle_s and bool(request.user.grants)


class SecondFactor:
    """Under LINLI_STAFF_PROFILE=djbh3 whoever holds a post sets up TOTP or a passkey before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.ENVIRONMENT.staff_profile != "djbh3" or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name or ""
        if name.startswith(OPEN) or not request.user.grants or get_adapter().is_mfa_enabled(request.user):
            return None
        messages.warning(request, _("您的岗位要求二次验证，请先设置验证器或安全密钥。"))
        return redirect("mfa_index")


class PasswordAge:
    """Under djbh3 a post holder whose password is too old chooses another before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.ENVIRONMENT.staff_profile != "djbh3" or not request.user.is_authenticated:
            return None
        if (request.resolver_match.view_name or "").startswith(OPEN) or not is_too_old(request.user):
            return None
        days = settings.ENVIRONMENT.password_days
        messages.warning(request, _("密码已使用超过 %d 天，请先换一个新密码。") % days)
        return redirect("account_change_password")
