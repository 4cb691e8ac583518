"""What can go wrong between us and Upwork; each text is a sentence for the person."""

from django.utils.translation import gettext as _

from apps.core.errors import PermanentError, TemporaryError


class UndeliveredError(TemporaryError):
    """Upwork has certainly not acted on the request, so it may be made again."""


class OverBudgetError(UndeliveredError):
    """One of our own limits is used up; `retry_after` says when there is room."""


class AnswerLostError(TemporaryError):
    """The request left, and what became of it is unknown: a time-out, a broken line, an unreadable answer."""


class ReconnectNeededError(PermanentError):
    """The permission is gone; only the person can give it again."""

    def __init__(self) -> None:
        super().__init__(_("Upwork no longer accepts this connection. Connect it again in the settings."))


class MissingScopeError(PermanentError):
    """The application key lacks a permission; `fields` are the coordinates that Upwork names, for us alone."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            _("The application key has no permission for this. Add it in Upwork's API center, then connect again.")
        )
        self.fields = fields


class RequestRefusedError(PermanentError):
    """Upwork understood the request and said no."""


class BadAnswerError(PermanentError):
    """The answer does not have the promised form; `field` says where."""

    def __init__(self, field: str) -> None:
        super().__init__(_("Upwork's answer has no usable “%(field)s”.") % {"field": field})
        self.field = field
