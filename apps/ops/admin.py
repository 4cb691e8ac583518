"""The work that beat starts: what runs how often. Staff may switch a line off and on; the times are the code's."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from apps.core import audit
from apps.core.admin import StaffAdmin

admin.site.unregister((ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule))


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(StaffAdmin):
    list_display = ("name", "task", "schedule", "queue", "enabled", "last_run_at", "total_run_count")
    list_filter = ("enabled", "queue")
    list_select_related = ("interval", "crontab")
    search_fields = ("name", "task")
    fields = ("enabled", "name", "task", "schedule", "queue", "expire_seconds", "last_run_at", "total_run_count")
    readonly_fields = ("name", "task", "schedule", "queue", "expire_seconds", "last_run_at", "total_run_count")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: ModelForm, change: bool) -> None:
        obj.save(update_fields=["enabled", "date_changed"])
        audit.record(
            action=audit.Action.STAFF_CHANGED,
            owner_id=None,
            target=obj,
            before={"enabled": form.initial["enabled"]},
            after={"enabled": obj.enabled},
        )

    @admin.display(description=_("how often"))
    def schedule(self, task: PeriodicTask) -> str:
        return str(task.schedule)
