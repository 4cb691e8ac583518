"""An approval and a step of the history are said once: the database refuses to change either."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION proposals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER proposals_approval_append_only BEFORE UPDATE ON proposals_approval
  FOR EACH ROW EXECUTE FUNCTION proposals_refuse_change();
CREATE TRIGGER proposals_statuschange_append_only BEFORE UPDATE ON proposals_statuschange
  FOR EACH ROW EXECUTE FUNCTION proposals_refuse_change();
"""
ALLOW = """
DROP TRIGGER proposals_statuschange_append_only ON proposals_statuschange;
DROP TRIGGER proposals_approval_append_only ON proposals_approval;
DROP FUNCTION proposals_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, reverse_sql=ALLOW)]
