"""Owner scope: whose rows the running code may see. It fails closed.

Reading an owned table with no scope raises, and the database shows no row of it (`RowSecurity`). A request, a task or a
socket message enters the scope of one owner; code that works for everybody says why with `everyone_scope(Reason.X)`.
"""

import uuid
from typing import Any, ClassVar, Final, TypeVar

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from apps.core.scope import Everyone, Reason, Scope, current_scope, everyone_scope, owner_scope, set_owner

__all__ = [
    "Everyone",
    "OwnedManager",
    "OwnedModel",
    "OwnedOrSharedManager",
    "Reason",
    "RowSecurity",
    "Scope",
    "ScopeMissingError",
    "current_scope",
    "everyone_scope",
    "owner_scope",
    "set_owner",
]

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopeMissingError(RuntimeError):
    """An owned table was read with no owner in scope: a bug, never a person's mistake."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} was read with no owner in scope; enter owner_scope() or everyone_scope() first.")


class OwnedManager(models.Manager[ModelT]):
    """Only rows of the owner in scope."""

    def get_queryset(self) -> models.QuerySet[ModelT]:
        match current_scope():
            case None:
                raise ScopeMissingError(self.model._meta.label)
            case Everyone():
                return super().get_queryset()
            case owner_id:
                return super().get_queryset().filter(self.visible_to(owner_id))

    def visible_to(self, owner_id: int) -> models.Q:
        return models.Q(owner_id=owner_id)


class OwnedOrSharedManager(OwnedManager[ModelT]):
    """Rows of nobody and rows of the owner in scope."""

    def visible_to(self, owner_id: int) -> models.Q:
        return models.Q(owner_id=owner_id) | models.Q(owner_id=None)


class OwnedModel(models.Model):
    """A row that belongs to one person. Outside it is known by `public_id` alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # no index of its own: every owned table has one that begins with the owner (a test holds it)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Any]] = OwnedManager()

    class Meta:
        abstract = True


# Sub-selects are evaluated once for a statement, not once for a row
_TOLD: Final = "current_setting('bidwright.owner', true)"
_OWNER_TOLD: Final = f"(SELECT CASE WHEN {_TOLD} <> '*' THEN nullif({_TOLD}, '')::bigint END)"
_EVERYONE_TOLD: Final = f"(SELECT {_TOLD} = '*')"
_SOMEBODY_TOLD: Final = f"(SELECT {_TOLD} <> '')"


class RowSecurity(Operation):
    """Let the database itself show and take only rows of the scope it was told; `shared`: and rows of nobody.

    Stands in the migration that makes the table, or after it. A test finds an owned table without it.
    """

    category = OperationCategory.SQL

    def __init__(self, model_name: str, *, shared: bool = False) -> None:
        self.model_name = model_name
        self.shared = shared

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not know of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = self._table(app_label, schema_editor, to_state)
        visible = f"owner_id = {_OWNER_TOLD} OR {_EVERYONE_TOLD}"
        if self.shared:
            visible += f" OR (owner_id IS NULL AND {_SOMEBODY_TOLD})"
        schema_editor.execute(f"CREATE POLICY owner ON {table} USING ({visible})")
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = self._table(app_label, schema_editor, to_state)
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"DROP POLICY owner ON {table}")

    def describe(self) -> str:
        return f"Show rows of {self.model_name} to their owner alone"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_row_security"

    def _table(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState) -> str:
        model = state.apps.get_model(app_label, self.model_name)
        return schema_editor.quote_name(model._meta.db_table)
