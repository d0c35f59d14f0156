"""The database itself refuses to change what the audit holds, and PostgreSQL to remove it.

SQLite may remove rows: there, whoever could reach the database past the models holds the whole file anyway. A migration
that has SQLite rebuild this table takes the trigger with it, and has to make it again.
"""

from django.db import migrations

TABLE = "courses_auditentry"
POSTGRESQL = [
    """CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit entries are only ever added'; END $$""",
    f"""CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
]
SQLITE = [
    f"""CREATE TRIGGER audit_append_only BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'audit entries are only ever added'); END""",
]


def install(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER audit_append_only ON {TABLE}")
        schema_editor.execute("DROP FUNCTION refuse_audit_change()")
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_append_only")


class Migration(migrations.Migration):

    dependencies = [("courses", "0003_audit_and_overrides")]

    operations = [migrations.RunPython(install, remove)]
