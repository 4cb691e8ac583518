"""One role instead of flags, groups and stored permissions: whoever was staff is an administrator."""

from django.db import migrations, models


def staff_become_administrators(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(is_staff=True).update(role="administrator")


def administrators_become_staff(apps, schema_editor):
    staff = apps.get_model("accounts", "User").objects.exclude(role="freelancer")
    staff.update(is_staff=True)
    staff.filter(role="administrator").update(is_superuser=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_audit_is_append_only")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("freelancer", "Freelancer"),
                    ("support", "Support agent"),
                    ("analyst", "Analyst"),
                    ("administrator", "Administrator"),
                ],
                default="freelancer",
                max_length=13,
                verbose_name="role",
            ),
        ),
        migrations.RunPython(staff_become_administrators, administrators_become_staff),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["freelancer", "support", "analyst", "administrator"])),
                name="user_role_known",
            ),
        ),
        migrations.RemoveField(model_name="user", name="groups"),
        migrations.RemoveField(model_name="user", name="user_permissions"),
        migrations.RemoveField(model_name="user", name="is_superuser"),
        migrations.RemoveField(model_name="user", name="is_staff"),
    ]
