from django.db import migrations


class Migration(migrations.Migration):
    """Default statistics make the planner walk posted_at for rare words: 600 ms instead of 10 at a million rows."""

    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE jobs_job ALTER COLUMN search_vector SET STATISTICS 3000",
            "ALTER TABLE jobs_job ALTER COLUMN search_vector SET STATISTICS -1",
        )
    ]
