"""Made-up people planted with unmistakable words in every field, so that a trace of them can be found."""

from datetime import date, timedelta

from django.db import connection
from psycopg.types.range import DateRange

from linli.kernel import clock
from linli.notices.models import Notice
from linli.people.models import (
    Consent,
    Household,
    HouseholdMember,
    Proxy,
    Reading,
    Residence,
)
from linli.people.privacy.models import Correction, Departure
from tests.factories.people import make_person, make_post, make_user

NUMBERS = [f"99010119500301{n:03}{check}" for n, check in zip(range(101, 113), "000000000000", strict=True)]


def plant(number: int, place, worker):
    """Person `number` with an account, a post, a household and whatever else the register knows of."""
    word = words_of(number)
    person = make_person(
        word["name"],
        home=place,
        room=word["room"],
        id_kind="resident",
        id_number=word["id"],
        phone=word["phone"],
    )
    user = make_user(username=word["username"], email=word["email"], person=person)
    make_post(user, place, "people.view", reason=word["text"], role=f"role-{user.pk}")
    household = Household.objects.create(number=f"H{number}", place=place, room=word["room"])
    HouseholdMember.objects.create(
        household=household, person=person, relation=word["text"][:20], is_head=True
    )
    son = make_person(f"儿子{number}")
    Proxy.objects.create(
        principal=person,
        proxy=son,
        kind="family",
        during=DateRange(date(2020, 1, 1), None),
        basis=word["text"],
    )
    Residence.objects.create(person=person, community=place, kind="resident", refused_reason=word["text"])
    Consent.objects.create(
        person=person, purpose="sms", text_version="1", given_at=clock.now(), given_by=person, entered_by=user
    )
    Reading.objects.create(reader=worker, person=person, fields=["phone"], purpose=word["text"])
    Correction.objects.create(
        person=person, field="name", proposed=word["name"], reason=word["text"], due_on=clock.today()
    )
    Departure.objects.create(
        person=person, on=clock.today() - timedelta(days=400), reason="moved", entered_by=worker
    )
    Notice.objects.create(to=person, kind="test", channel="inbox", context={"name": word["name"]})
    _leave_in_libraries(user, word)
    person.room = f"{word['room']}改"  # a version of the row in its history
    person.save()
    return person


def words_of(number: int) -> dict[str, str]:
    return {
        "name": f"栽种甲{number}",
        "username": f"planted-{number}",
        "email": f"planted-{number}@example.org",
        "room": f"种{number}室",
        "phone": f"1990000{number:04}",
        "id": NUMBERS[number],
        "text": f"栽种文字{number}号",
    }


def _leave_in_libraries(user, word) -> None:
    from allauth.account.models import EmailAddress, EmailConfirmation
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.backends.db import SessionStore

    address = EmailAddress.objects.create(user=user, email=word["email"], primary=True, verified=True)
    EmailConfirmation.objects.create(email_address=address, key=f"key-{word['username']}")
    Authenticator.objects.create(user=user, type="totp", data={"secret": word["text"]})
    SocialAccount.objects.create(user=user, provider="city", uid=word["username"], extra_data=word)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.create()
    UserSession.objects.create(
        user=user, ip="192.0.2.9", session_key=session.session_key, user_agent=word["text"], data={}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status)"
            " values ('default', 'x', jsonb_build_object('person', %s::text, 'to', %s::text), 'todo')",
            [str(user.person_id), word["phone"]],
        )


def traces(words) -> list[str]:
    """Every table and column in which one of the words stands, in plain sight or within JSON."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in"
            " ('text', 'character varying', 'character', 'jsonb', 'json', 'ARRAY', 'uuid', 'inet')"
            " order by 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'select exists (select 1 from "{table}" where "{column}"::text like any(%s))',
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found
