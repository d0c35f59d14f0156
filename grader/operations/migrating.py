"""Operations for migrations of tables that a running service writes to."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin
from django.db.migrations import AddConstraint, AddIndex


class AddIndexOnline(AddIndexConcurrently):
    """AddIndex while others write: CONCURRENTLY on PostgreSQL, where the migration needs `atomic = False`.

    SQLite has one writer anyway, and builds it as always.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        online = schema_editor.connection.vendor == "postgresql"
        build = super().database_forwards if online else AddIndex(self.model_name, self.index).database_forwards
        build(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        online = schema_editor.connection.vendor == "postgresql"
        remove = super().database_backwards if online else AddIndex(self.model_name, self.index).database_backwards
        remove(app_label, schema_editor, from_state, to_state)


class AddCheckOnline(NotInTransactionMixin, AddConstraint):
    """AddConstraint of a CheckConstraint while others write: on PostgreSQL it binds new rows at once, and the old ones are
    looked through without a lock that writers wait for. The migration needs `atomic = False`.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        create = self.constraint.create_sql(model, schema_editor)
        schema_editor.execute(f"{create} NOT VALID", params=None)
        table = quote(model._meta.db_table)
        return schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {quote(self.constraint.name)}")
