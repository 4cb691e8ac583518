"""What staff may do while they act for a person. What is not named here is refused."""

from typing import Final

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MAY_LOOK: Final = frozenset({
    "accounts:activity", "accounts:ai", "accounts:portfolio-create", "accounts:portfolio-edit", "accounts:portfolio-list",
    "accounts:portfolio-picture", "accounts:preferences", "accounts:profile", "accounts:profile-picture", "accounts:settings",
    "core:health", "core:health-live", "jobs:detail", "jobs:feed", "jobs:feed-news", "jobs:rail", "jobs:search-create",
    "jobs:search-delete", "jobs:search-edit", "jobs:search-list", "jobs:search-preview", "jobs:weights", "notifications:bell",
    "notifications:list", "notifications:preferences", "pages:favicon", "pages:landing", "proposals:detail", "proposals:fee",
    "proposals:letter", "proposals:pipeline", "proposals:version-compare", "upwork:connection",
})  # fmt: skip
MAY_CHANGE: Final = frozenset({
    "accounts:portfolio-create", "accounts:portfolio-edit", "accounts:preferences", "accounts:profile", "jobs:hide", "jobs:save",
    "jobs:search-create", "jobs:search-delete", "jobs:search-edit", "jobs:search-preview", "jobs:unhide", "jobs:unsave",
    "jobs:weights", "notifications:preferences",
})  # fmt: skip


def allows(page: str, method: str | None) -> bool:
    return page in (MAY_LOOK if method in SAFE else MAY_CHANGE)
