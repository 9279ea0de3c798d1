"""What a password must be (A1): long enough, not too long, no word of this place; staff under djbh3 more."""

import re
import string
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linli.kernel import clock

from .models import PastPassword
from .pack import words_below

LONGEST = 128  # a hash of an endless text would cost an endless time
OWN = 4  # letters that must remain when the words of this place, digits and signs are taken away
KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
KINDS_ASKED = 3  # of four: small, capital, digit, any other sign


class LongestValidator:
    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return _("密码不超过 %d 个字符。") % LONGEST


class LocalWordsValidator:
    """Refuses what is only words of this place (`packs/passwords/`) with digits and signs around them."""

    def validate(self, password, user=None):
        left = password.casefold()
        words = local_words(Path(settings.PACKS_DIR))
        found = [word for word in words if word in left]
        for word in found:
            left = left.replace(word, "")
        if found and len(re.sub(r"[\W\d_]", "", left)) < OWN:
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return _("密码不能只由平台、单位、地名这类容易猜到的词加数字组成。")


@lru_cache(maxsize=4)
def local_words(root: Path) -> tuple[str, ...]:
    """The words of all packs, the longest first; read once for each process."""
    return tuple(sorted(words_below(root), key=lambda word: (-len(word), word)))


class StaffValidator:
    """Under djbh3 whoever holds a post: kinds of characters, none of the last passwords. Residents are excepted."""

    def validate(self, password, user=None):
        if not is_bound(user):
            return
        others = any(all(one not in kind for kind in KINDS) for one in password)
        if sum(any(one in kind for one in password) for kind in KINDS) + others < KINDS_ASKED:
            raise ValidationError(_("岗位账号的密码至少包含大写、小写、数字、符号中的三种。"))
        past = PastPassword.objects.filter(user=user).order_by("-set_at")[
            : settings.ENVIRONMENT.password_history
        ]
        known = [user.password, *(one.password for one in past)]
        if any(check_password(password, digest) for digest in known if digest):
            raise ValidationError(
                _("不能与最近 %d 次用过的密码相同。") % settings.ENVIRONMENT.password_history
            )

    def password_changed(self, password, user=None):
        """Called by the account when a new password was saved: its digest is kept, of everybody alike."""
        if user is None or user.pk is None:
            return
        PastPassword.objects.create(user=user, password=user.password, set_at=clock.now())
        kept = PastPassword.objects.filter(user=user).order_by("-set_at", "-pk")
        kept = kept.values("pk")[: settings.ENVIRONMENT.password_history]
        PastPassword.objects.filter(user=user).exclude(pk__in=[one["pk"] for one in kept]).delete()

    def get_help_text(self):
        return ""


def is_bound(user) -> bool:
    """Whether the rules of 等保三级 bind this account."""
    djbh3 = settings.ENVIRONMENT.staff_profile == "djbh3"
    return djbh3 and user is not None and user.pk is not None and bool(user.grants)


def is_too_old(user) -> bool:
    """Whether the account's password was set too long ago, or before anybody noted when."""
    if not is_bound(user) or not user.has_usable_password():
        return False
    since = clock.now() - timedelta(days=settings.ENVIRONMENT.password_days)
    return not PastPassword.objects.filter(user=user, set_at__gt=since).exists()
