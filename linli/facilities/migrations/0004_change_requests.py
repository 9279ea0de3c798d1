"""Corrections become the mechanism of every register: those of facilities move there with their answers."""

from django.db import migrations

MOVE = """
    INSERT INTO registers_changerequest (
        kind, row, place_id, "column", stated, proposed, asked_by_id, asked_at,
        decided_by_id, decided_at, accepted, answer
    )
    SELECT 'facilities', asked.facility_id, facility.place_id, asked.field, '', asked.proposed,
           asked.asked_by_id, asked.asked_at, asked.decided_by_id, asked.decided_at, asked.accepted,
           CASE WHEN asked.accepted IS FALSE AND asked.answer = '' THEN '—' ELSE asked.answer END
    FROM facilities_changerequest asked JOIN facilities_facility facility ON facility.id = asked.facility_id
    ORDER BY asked.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0003_upgrades_and_floor_areas"),
        ("registers", "0002_change_requests"),
    ]

    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name="ChangeRequest"),
    ]
