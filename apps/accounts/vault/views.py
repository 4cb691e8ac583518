"""The page of one's own keys. Adding and deleting ask for the password or the second factor once more."""

from functools import wraps
from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import panels, reauthentication
from apps.accounts.enums import KeyKind
from apps.accounts.vault import selectors, services
from apps.accounts.vault.forms import KeyForm
from apps.accounts.vault.models import SecretKey
from apps.accounts.vault.sealing import KeyLockedError
from apps.accounts.vault.wording import GOOD, HINTS, ICONS, row_of
from apps.core import limits
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page, require_form_methods

TESTS_A_MINUTE: Final = 10


def confirmed(view: reauthentication.View) -> reauthentication.View:
    """As `reauthentication.required`, but what was posted is not kept meanwhile: there is a secret in it."""
    asked = reauthentication.required(view)

    @wraps(view)
    def wrapper(request: AuthedRequest, *args: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and is_reauthentication_required(request, app="allauth.account"):
            messages.info(request, _("Too much time has passed. Confirm that it is you, then enter the key again."))
            return redirect(request.get_full_path())
        return asked(request, *args, **named)

    return wrapper


@require_safe
@login_required
def key_list(request: AuthedRequest) -> HttpResponse:
    rows = [row_of(key) for key in selectors.keys_of(request.user.pk)]
    context = {
        "rows": rows,
        "locked": [row for row in rows if row.is_locked],
        "can_add": len(rows) < len(KeyKind),
        **panels.collect(request.user.pk),
    }
    return render_page(request, "accounts/keys.html", context)


@require_form_methods
@login_required
@confirmed
def key_create(request: AuthedRequest) -> HttpResponse:
    """Which kind stands in the address; without one the kinds are shown."""
    left = selectors.kinds_left(request.user.pk)
    wanted = request.GET.get("kind", "")
    if not wanted and request.method != "POST":
        kinds = [{"kind": kind, "hint": HINTS[kind], "icon": ICONS.get(kind, "sparkles")} for kind in left]
        return render_page(request, "accounts/key_kinds.html", {"kinds": kinds})
    if wanted not in KeyKind.values:
        raise Http404
    kind = KeyKind(wanted)
    form = KeyForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_valid():
        try:
            services.add_key(owner_id=request.user.pk, kind=kind, values=form.values)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("accounts:key-list")
        messages.success(request, _("The key is sealed. Test it, to be sure that it works."))
        return redirect("accounts:key-list")
    return _form_page(request, form)


@require_form_methods
@login_required
def key_edit(request: AuthedRequest, key_id: UUID) -> HttpResponse:
    return _replace(request, get_object_or_404(SecretKey, public_id=key_id))


@confirmed
def _replace(request: AuthedRequest, key: SecretKey) -> HttpResponse:
    form = KeyForm(request.POST if request.method == "POST" else None, kind=KeyKind(key.kind), instance=key)
    if form.is_valid():
        services.replace_key(key_id=key.pk, values=form.values)
        messages.success(request, _("The key is replaced. Test it, to be sure that it works."))
        return redirect("accounts:key-list")
    return _form_page(request, form)


@require_POST
@login_required
def key_test(request: AuthedRequest, key_id: UUID) -> HttpResponse:
    """Asks the vendor now; the answer stands in the key's row."""
    key = get_object_or_404(SecretKey, public_id=key_id)
    allowed = limits.take(limits.Limit(f"key-test:{request.user.pk}", TESTS_A_MINUTE, 60)).allowed
    if not allowed:
        messages.error(request, _("That was many tests at once. Wait a minute."))
        return redirect("accounts:key-list")
    try:
        tested = services.check_key(key_id=key.pk)
    except KeyLockedError as error:
        messages.error(request, str(error))
        return redirect("accounts:key-list")
    if request.htmx:
        return render_page(request, "accounts/key_row.html", {"row": row_of(tested)})
    tell = messages.success if tested.test_result in GOOD else messages.error
    tell(request, f"{tested.name}: {tested.get_test_result_display()}")
    return redirect("accounts:key-list")


@require_POST
@login_required
def key_switch(request: AuthedRequest, key_id: UUID) -> HttpResponse:
    key = get_object_or_404(SecretKey, public_id=key_id)
    is_active = request.POST.get("is_active") == "1"
    services.switch_key(key_id=key.pk, is_active=is_active)
    said = _("%(name)s is in use again.") if is_active else _("%(name)s is switched off; it stays sealed.")
    messages.success(request, said % {"name": key.name})
    return redirect("accounts:key-list")


@require_form_methods
@login_required
def key_delete(request: AuthedRequest, key_id: UUID) -> HttpResponse:
    """Asks once: nobody can bring it back."""
    return _delete(request, get_object_or_404(SecretKey, public_id=key_id))


@reauthentication.required
def _delete(request: AuthedRequest, key: SecretKey) -> HttpResponse:
    if request.method == "POST":
        services.delete_key(key_id=key.pk)
        messages.success(request, _("The key is deleted."))
        return redirect("accounts:key-list")
    return render_page(request, "accounts/key_delete.html", {"key": key})


def _form_page(request: AuthedRequest, form: KeyForm) -> HttpResponse:
    context = {"form": form, "key": form.instance, "kind": form.kind, "hint": HINTS[form.kind]}
    return render_page(request, "accounts/key_edit.html", context, status=422 if form.is_bound else 200)
