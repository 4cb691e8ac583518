from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("ai", "0002_ledger_is_append_only")]

    operations = [
        RowSecurity("generation"),
        RowSecurity("ledgerentry"),
    ]
