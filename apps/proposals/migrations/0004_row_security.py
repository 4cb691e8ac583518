from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("proposals", "0003_version_tab")]

    operations = [
        RowSecurity("proposal"),
        RowSecurity("version"),
        RowSecurity("approval"),
        RowSecurity("statuschange"),
    ]
