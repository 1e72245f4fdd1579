"""The database and the three ways into it: to look, to migrate, and the one functions have."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

NAME = "morfx"
OWNER = "morfx_owner"
FUNCTIONS_ROLE = "morfx_app"


@dataclass(frozen=True)
class Database:
    """`url` sees every row; `owner_url` migrates; row-level security binds `functions_url`."""

    url: str
    owner_url: str
    functions_url: str

    @classmethod
    def ours(cls, superuser_url: str) -> "Database":
        """In the house's own server: roles and database as AWS has them, made if missing."""
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            _ensure_role(connection, OWNER, "LOGIN CREATEROLE")
            _ensure_role(connection, FUNCTIONS_ROLE, "LOGIN NOBYPASSRLS")
            if not _exists(connection, "pg_database", "datname", NAME):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(NAME), sql.Identifier(OWNER)
                    )
                )
        return cls(
            url=_with(superuser_url, path=f"/{NAME}"),
            owner_url=_with(superuser_url, user=OWNER, path=f"/{NAME}"),
            functions_url=_with(superuser_url, user=FUNCTIONS_ROLE, path=f"/{NAME}"),
        )

    @classmethod
    def given(cls, owner_url: str, password_file: Path) -> "Database":
        """Somebody else's, of which we have the owner: functions get a role with a password."""
        password = _kept_password(password_file)
        with psycopg.connect(owner_url, autocommit=True) as connection:
            _ensure_role(connection, FUNCTIONS_ROLE, "LOGIN NOBYPASSRLS")
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(FUNCTIONS_ROLE), sql.Literal(password)
                )
            )
        functions_url = _with(owner_url, user=f"{FUNCTIONS_ROLE}:{quote(password)}")
        return cls(url=owner_url, owner_url=owner_url, functions_url=functions_url)


def _ensure_role(connection: psycopg.Connection, name: str, abilities: str) -> None:
    if not _exists(connection, "pg_roles", "rolname", name):
        command = sql.SQL("CREATE ROLE {} " + abilities).format(sql.Identifier(name))
        connection.execute(command)


def _exists(connection: psycopg.Connection, catalogue: str, column: str, name: str) -> bool:
    question = sql.SQL("SELECT FROM {} WHERE {} = %s").format(
        sql.Identifier(catalogue), sql.Identifier(column)
    )
    return connection.execute(question, [name]).fetchone() is not None


def _with(url: str, *, user: str | None = None, path: str | None = None) -> str:
    parts = urlsplit(url)
    login, _, address = parts.netloc.rpartition("@")
    return parts._replace(
        netloc=f"{user or login}@{address}", path=parts.path if path is None else path
    ).geturl()


def _kept_password(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24))
    return file.read_text()
