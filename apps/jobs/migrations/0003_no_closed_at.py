from django.db import migrations


class Migration(migrations.Migration):
    """Nobody wrote it: a posting that is closed just stops being found, and so does one that is old."""

    dependencies = [("jobs", "0002_search_statistics")]

    operations = [migrations.RemoveField(model_name="job", name="closed_at")]
