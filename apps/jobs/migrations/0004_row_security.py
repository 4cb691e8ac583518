from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_no_closed_at")]

    operations = [
        RowSecurity("job", shared=True),
        RowSecurity("savedsearch"),
        RowSecurity("sighting"),
        RowSecurity("match"),
        RowSecurity("scoreweights"),
    ]
