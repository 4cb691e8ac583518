"""Rows of the core's own table."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from apps.core.models import PolicyReport


class PolicyReportFactory(DjangoModelFactory):
    class Meta:
        model = PolicyReport

    fingerprint = factory.Sequence(lambda number: f"{number:064d}")
    directive = "script-src-elem"
    blocked = "https://cdn.example"
    page = "/jobs/"
    count = 1
    first_seen_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyFunction(timezone.now)
