"""What was written down stays as it is. Two functions are the only door, and the triggers look who calls."""

from django.db import migrations

from apps.core.tenancy import RowSecurity

REFUSE = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE callers text;
BEGIN
    GET DIAGNOSTICS callers = PG_CONTEXT;
    IF TG_LEVEL = 'STATEMENT' OR callers !~ '\\maudit_(forget|retain)\\(' THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_detail_append_only BEFORE UPDATE OR DELETE ON accounts_auditdetail
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_detail_no_truncate BEFORE TRUNCATE ON accounts_auditdetail
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- Erasure: what the trail holds of a person goes, and what their own acts on others' things tell of them.
CREATE FUNCTION audit_forget(person bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
DECLARE scope text := coalesce(current_setting('bidwright.owner', true), '');
BEGIN
    PERFORM set_config('bidwright.owner', '*', true);
    DELETE FROM accounts_auditdetail WHERE owner_id = person;
    DELETE FROM accounts_auditdetail d USING accounts_auditentry e
        WHERE d.entry_id = e.id AND e.actor_id = person AND d.before IS NULL AND d.after IS NULL;
    UPDATE accounts_auditdetail d SET address = NULL, user_agent = '' FROM accounts_auditentry e
        WHERE d.entry_id = e.id AND e.actor_id = person;
    PERFORM set_config('bidwright.owner', scope, true);
END $$;

-- Retention: whole entries go by their age.
CREATE FUNCTION audit_retain(oldest timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path FROM CURRENT AS $$
DECLARE gone bigint; scope text := coalesce(current_setting('bidwright.owner', true), '');
BEGIN
    PERFORM set_config('bidwright.owner', '*', true);
    DELETE FROM accounts_auditdetail d USING accounts_auditentry e WHERE d.entry_id = e.id AND e.at < oldest;
    DELETE FROM accounts_auditentry WHERE at < oldest;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('bidwright.owner', scope, true);
    RETURN gone;
END $$;
REVOKE EXECUTE ON FUNCTION audit_forget(bigint), audit_retain(timestamptz) FROM PUBLIC;
"""
ALLOW = """
DROP FUNCTION audit_forget(bigint), audit_retain(timestamptz);
DROP TRIGGER audit_detail_no_truncate ON accounts_auditdetail;
DROP TRIGGER audit_detail_append_only ON accounts_auditdetail;
DROP TRIGGER audit_entry_no_truncate ON accounts_auditentry;
DROP TRIGGER audit_entry_append_only ON accounts_auditentry;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_trail")]
    operations = [migrations.RunSQL(REFUSE, reverse_sql=ALLOW), RowSecurity("auditentry"), RowSecurity("auditdetail")]
