from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_out
from django.utils.translation import gettext_lazy as _

from apps.core import sealed_columns
from apps.core.sealed_columns import ModelColumn


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("People")  # "Accounts" is allauth's
    default = True

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 models are not loaded before
        from allauth.socialaccount.providers import registry  # noqa: PLC0415 models are not loaded before

        from apps.accounts import second_factor  # noqa: PLC0415 models are not loaded before
        from apps.accounts.acting import session as acting  # noqa: PLC0415 models are not loaded before
        from apps.accounts.audit import events, store  # noqa: PLC0415 models are not loaded before
        from apps.accounts.factor_secrets import FactorSecrets  # noqa: PLC0415 as above
        from apps.accounts.privacy import held  # noqa: PLC0415 as above
        from apps.accounts.upwork_sign_in.provider import UpworkProvider  # noqa: PLC0415 models are not loaded before
        from apps.accounts.vault.sealing import purpose_of  # noqa: PLC0415 as above
        from apps.core import audit  # noqa: PLC0415 allauth asks for its models

        registry.register(UpworkProvider)
        authenticator_added.connect(second_factor.count_the_enrolling_session)
        audit.set_writer(store.write)
        events.connect()
        held.register_all()
        kind = ("kind",)
        sealed_columns.register(ModelColumn("accounts.SecretKey", "sealed", lambda row: purpose_of(row["kind"]), kind))
        sealed_columns.register(FactorSecrets())
        user_logged_out.connect(acting.end_at_sign_out)


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site, which asks for a second factor."""

    default = False
    default_site = "apps.accounts.admin_site.SecondFactorAdminSite"
