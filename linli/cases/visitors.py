"""Who stands before the case page: a signed-in person, or a visitor who has shown number and secret."""

from datetime import datetime, timedelta

from linli.kernel import clock

from .actors import Bearer

SHOWN_FOR = timedelta(minutes=60)
KEY = "cases_shown"


def remember(request, case) -> None:
    """The visitor has shown the secret of `case`; for an hour he may act as its requester."""
    shown = request.session.get(KEY, {})
    request.session.cycle_key()
    request.session[KEY] = {
        **shown,
        case.number: [case.pk, str(case.reporter_id or ""), (clock.now() + SHOWN_FOR).isoformat()],
    }


def actor_of(request, number: str):
    """The Bearer of the case `number` while that lasts, else the user of the request."""
    shown = request.session.get(KEY, {}).get(number)
    if shown:
        case_id, person, until = shown
        if datetime.fromisoformat(until) > clock.now():
            return Bearer(case_id, person or None)
    return request.user
