"""People's own application keys go into the vault of accounts, sealed as they are: nothing is opened on the way."""

from django.db import migrations, models

INTO_THE_VAULT = """
INSERT INTO accounts_secretkey (
    public_id, owner_id, created_at, updated_at, kind, label, sealed, last_four, base_url, model, client_id, is_active, test_result
)
SELECT gen_random_uuid(), owner_id, coalesce(connected_at, created_at), now(), 'upwork', '', client_secret, right(client_id, 4),
    '', '', client_id, true, ''
FROM upwork_connection WHERE client_secret <> '' AND client_id <> ''
ON CONFLICT DO NOTHING;
UPDATE upwork_connection SET has_own_key = true WHERE client_secret <> '';
"""
OUT_OF_THE_VAULT = """
UPDATE upwork_connection AS made SET client_secret = key.sealed FROM accounts_secretkey AS key
WHERE made.has_own_key AND key.owner_id = made.owner_id AND key.kind = 'upwork' AND key.client_id = made.client_id;
DELETE FROM accounts_secretkey WHERE kind = 'upwork';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_key_vault"), ("upwork", "0002_row_security")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="has_own_key",
            field=models.BooleanField(default=False, verbose_name="own application"),
        ),
        migrations.RunSQL(INTO_THE_VAULT, reverse_sql=OUT_OF_THE_VAULT),
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;", reverse_sql=migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="connection", name="client_secret"),
    ]
