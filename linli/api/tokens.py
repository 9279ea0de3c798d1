"""Making and recognising tokens: 256 random bits, of which only a digest is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linli import audit
from linli.kernel import clock

from .models import Token
from .scopes import scopes

OPENING = "linli_"
MOST_TOKENS = 20  # of one person; more is a sign of a script that makes one for each call
USE_IS_NOTED_EVERY = timedelta(minutes=5)  # not at each request: that would be a write for each reading


@transaction.atomic
def issue_token(*, by, name: str, scopes_wanted: list[str], days: int) -> tuple[Token, str]:
    """Make a token for oneself; the second part of the answer is the key, shown this once."""
    wanted = sorted(set(scopes_wanted))
    unknown = [name for name in wanted if name not in scopes]
    if unknown or not wanted:
        raise ValidationError({"scopes": _("没有这样的范围：%s") % "、".join(unknown or ["—"])})
    get_user_model().objects.select_for_update().get(
        pk=by.pk
    )  # two requests at once count one after the other
    if Token.objects.visible_to(by).usable().count() >= MOST_TOKENS:
        raise ValidationError({"name": _("每人最多保留 %d 个有效令牌，请先停用不用的。") % MOST_TOKENS})
    key = OPENING + secrets.token_urlsafe(32)
    created = clock.now()
    token = Token(
        user=by,
        name=name,
        prefix=key[len(OPENING) :][:8],
        digest=digest_of(key),
        scopes=wanted,
        created_at=created,
        expires_at=created + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    audit.record("api.token_made", by=by, thing=token, detail={"scopes": wanted, "days": days})
    return token, key


@transaction.atomic
def revoke_token(token: Token, *, by) -> bool:
    """Make a token useless from now on; False when it was already."""
    mine = Token.objects.visible_to(by).filter(pk=token.pk, revoked_at=None)
    if not mine.update(revoked_at=clock.now()):
        return False
    audit.record("api.token_revoked", by=by, thing=token)
    return True


def find_token(key: str) -> Token | None:
    """The usable token with this key, its holder read along; its use is noted."""
    token = Token.objects.usable().select_related("user").filter(digest=digest_of(key)).first()
    if token is None:
        return None
    moment = clock.now()
    if token.last_used_at is None or token.last_used_at < moment - USE_IS_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=moment)
    return token


def digest_of(key: str) -> str:
    """SHA-256 is enough here: the key is random and long, so nobody can try them all."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
