"""What a person did on a day, kept within the limit by the database."""

from django.db import connection

ADD = (
    "INSERT INTO volunteering_daytotal AS t (person_id, day, kind, minutes, most) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (person_id, day, kind)"
    " DO UPDATE SET minutes = t.minutes + excluded.minutes, most = excluded.most"
)
TAKE = (
    "UPDATE volunteering_daytotal SET minutes = minutes - %s WHERE person_id = %s AND day = %s AND kind = %s"
)


def add_to_day(person_id, day, kind: str, minutes: int, *, most: int) -> None:
    """Add to (or take from) a day; IntegrityError by day_total_within_the_limit when it becomes too much."""
    with connection.cursor() as cursor:
        if minutes > 0:
            cursor.execute(ADD, [person_id, day, kind, minutes, most])
        elif minutes < 0:
            cursor.execute(TAKE, [-minutes, person_id, day, kind])
