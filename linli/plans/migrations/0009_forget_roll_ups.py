"""What was stored under the old reading of 且 and 或 goes: roll-ups are computed anew when asked, or tonight.

A condition of which a part is missing is missing since; a side that fails, or holds, no longer decides alone.
"""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("plans", "AggregateValue").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("plans", "0008_works_and_figure_rules")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
