"""Staff under 等保三级 work with a second factor or not at all."""

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

OPEN = ("mfa_", "account_", "usersessions_", "preferences", "healthz", "readyz")


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
