"""The choice of what reaches whom, in the audit trail."""

from apps.core.audit import Action
from apps.core.tenancy import owner_scope
from apps.notifications import services
from tests.trail import trail


def test_choice_of_channels_says_what_it_was(owner):
    with owner_scope(owner.pk):
        services.choose_channels(owner_id=owner.pk, wanted={"new_job": ["email"]})
        services.choose_channels(owner_id=owner.pk, wanted={"new_job": []})
        services.choose_channels(owner_id=owner.pk, wanted={"new_job": []})

    assert [action for action, _before, _after in trail(owner)] == [Action.SETTINGS_CHANGED] * 2
    _action, before, after = trail(owner)[-1]
    assert (before["new_job"], after["new_job"]) == (["email"], [])
