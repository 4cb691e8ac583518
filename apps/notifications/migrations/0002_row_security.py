from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        RowSecurity("delivery"),
        RowSecurity("preference"),
    ]
