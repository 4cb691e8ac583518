"""In the demo, the sandbox marketplace's pages for people stand under /sandbox/upwork of the main port."""

from pathlib import Path
from typing import Any, Final

from django.conf import settings

PREFIX: Final = "/sandbox/upwork"


def with_sandbox(pages: Any) -> Any:
    """Put the sandbox in front of its prefix; without one, the pages are all there is."""
    if not settings.SANDBOX_DATABASE:
        return pages
    from apps.upwork.sandbox.app import build  # noqa: PLC0415 never loads in production

    sandbox = build(database=Path(settings.SANDBOX_DATABASE))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == PREFIX or scope["path"].startswith(f"{PREFIX}/"):
            inner = {**scope, "root_path": scope.get("root_path", "") + PREFIX}
            await sandbox(inner, receive, send)
        else:
            await pages(scope, receive, send)

    return application
