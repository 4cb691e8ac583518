"""Stands before the audit trail, whose tables have theirs from the start."""

from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [RowSecurity("profile"), RowSecurity("portfolioitem"), RowSecurity("settings")]
