"""Stands before the audit trail, whose tables have theirs from the start."""

from django.db import migrations

from apps.core.tenancy import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_shortcuts_of_the_person")]

    operations = [RowSecurity("profile"), RowSecurity("portfolioitem"), RowSecurity("settings")]
