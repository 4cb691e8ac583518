"""What the tests of the editor share: what its form holds, and the row as it stands."""

from apps.core.tenancy import owner_scope
from apps.proposals.models import Proposal


def form_of(proposal, **changes):
    """What the page's form holds."""
    version = proposal.current_version
    data = {
        "base": version.stamp if version else "",
        "text": version.text if version else "",
        "bid": proposal.bid_amount,
    }
    for number, question in enumerate(proposal.job.questions):
        data |= {f"question_{number}": question, f"answer_{number}": "Five years."}
    return data | changes


def reload(proposal):
    with owner_scope(proposal.owner_id):
        return Proposal.objects.select_related("current_version", "job").get(pk=proposal.pk)
