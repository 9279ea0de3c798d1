"""Sessions in the database, read by a statement the server keeps a plan of: it is asked at every page.

Together with the session its account is read (linli.people.accounts). Whose it is stands in the signed text of the
session alone, so this process remembers by a digest whom it last named; a process that does not know asks twice.
"""

from functools import partial

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, auser, get_user
from django.contrib.sessions.backends import db
from django.http import HttpRequest

from linli.kernel.together import read

_SESSION = (
    "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > now()"
)
MOST = 8192  # sessions whose account this process guesses; then it begins anew
_named: dict[int, int] = {}  # digest of the session's key (of this process's own making): account


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self):
        from . import accounts  # models, which are there once somebody comes in

        user_id = _named.get(hash(self.session_key)) if accounts.is_entering() else None
        if user_id is None:
            found = next(iter(read(_SESSION, [self.session_key])), None)
        else:
            found = accounts.session_of(self.session_key, user_id)
        if found is not None:
            return self.model(self.session_key, *found)
        self._session_key = None
        return None

    def load(self):
        told = super().load()
        self._remember(told)
        return told

    def save(self, must_create=False):
        super().save(must_create)
        self._remember(self._session_cache)

    def _remember(self, told) -> None:
        user_id = str(told.get(SESSION_KEY, ""))
        if not self.session_key or not user_id.isdecimal():
            return
        if len(_named) >= MOST:
            _named.clear()
        _named[hash(self.session_key)] = int(user_id)


class WhoAsks(AuthenticationMiddleware):
    """Finds who asks at once, since SessionLimits wants to know it anyway: `request.user` is the account itself."""

    def process_request(self, request: HttpRequest) -> None:
        from .accounts import entering

        super().process_request(request)  # says what is missing around it
        with entering():
            request.user = get_user(request)
        request.auser = partial(auser, request)
