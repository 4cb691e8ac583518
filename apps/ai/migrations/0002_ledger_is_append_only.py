from django.db import migrations

REFUSE = """
CREATE FUNCTION ai_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the AI ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ai_ledger_append_only BEFORE UPDATE ON ai_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION ai_ledger_refuse_change();
"""
ALLOW = """
DROP TRIGGER ai_ledger_append_only ON ai_ledgerentry;
DROP FUNCTION ai_ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ai", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, reverse_sql=ALLOW)]
