from django.db import migrations


class Migration(migrations.Migration):
    """The table is the cases' now; `cases` has renamed it with its rows."""

    dependencies = [
        ("cases", "0005_asks_of_any_kind"),
        ("requests", "0003_objections_and_adopted_ideas"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[], state_operations=[migrations.DeleteModel(name="Ask")]
        )
    ]
