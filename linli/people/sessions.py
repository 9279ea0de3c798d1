"""Sessions in the database, read by a statement the server keeps a plan of: it is asked at every page."""

from django.contrib.sessions.backends import db

from linli.kernel.together import read

_SESSION = (
    "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > now()"
)


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self):
        for session_data, expire_date in read(_SESSION, [self.session_key]):
            return self.model(self.session_key, session_data, expire_date)
        self._session_key = None
        return None
