"""The schema brought up to date: numbered SQL files, each applied once, in order."""

from pathlib import Path

from morfx.adapters.postgres.connection import Database


def migrate(owner: Database, folder: Path) -> list[str]:
    """Apply what has not been applied, in one transaction; return the names applied.

    Two deployments at once take turns on an advisory lock.
    """
    with owner.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('morfx.migrations', 0))")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = {row["name"] for row in connection.execute("SELECT name FROM schema_migrations")}
        pending = [path for path in sorted(folder.glob("*.sql")) if path.stem not in done]
        for path in pending:
            # Many commands at once cannot be prepared.
            connection.execute(path.read_bytes(), prepare=False)
            connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [path.stem])
    return [path.stem for path in pending]
