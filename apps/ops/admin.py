"""The table of beat: written from `config/schedule.py` at start; staff may switch an entry off and on, nothing else."""

from typing import Final

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

FACTS: Final = ("name", "task", "interval", "queue", "expire_seconds", "last_run_at", "total_run_count")

# the package's own pages add, edit and run anything, with scripts that our policy forbids
for _model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(_model)


@admin.register(PeriodicTask)
class BeatAdmin(admin.ModelAdmin):
    list_display = ("name", "enabled", "interval", "queue", "last_run_at", "total_run_count")
    list_filter = ("enabled", "queue")
    list_select_related = ("interval",)
    search_fields = ("name", "task")
    fields = ("enabled", *FACTS)
    readonly_fields = FACTS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
