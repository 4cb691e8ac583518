"""The switch for single keys moved from the settings to the person, and 0001 makes it there: this mends older databases."""

from django.db import migrations

MOVE = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM information_schema.columns WHERE table_schema = current_schema()
            AND table_name = 'accounts_settings' AND column_name = 'has_shortcuts') THEN
        ALTER TABLE accounts_user ADD COLUMN has_shortcuts boolean NOT NULL DEFAULT true;
        UPDATE accounts_user AS person SET has_shortcuts = settings.has_shortcuts
            FROM accounts_settings AS settings WHERE settings.owner_id = person.id;
        ALTER TABLE accounts_user ALTER COLUMN has_shortcuts DROP DEFAULT;
        ALTER TABLE accounts_settings DROP COLUMN has_shortcuts;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(MOVE, reverse_sql=migrations.RunSQL.noop)]
