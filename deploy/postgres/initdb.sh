#!/usr/bin/env bash
# Run once by the official image, when the volume is made: the roles, their passwords, and who owns the database.
set -euo pipefail

sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"; }

sql --file "${RELANCE_ROLES_SQL:-/relance/roles.sql}"
for role in owner ledger_sync scheduler sender inbox cli clock; do
  password=$(cat "${RELANCE_SECRETS:-/run/secrets}/pg_${role}_password")
  # By standard input: an argument would show in the process list.
  sql --set "role=relance_$role" <<SQL
ALTER ROLE :"role" PASSWORD '$password';
GRANT CONNECT ON DATABASE "$POSTGRES_DB" TO :"role";
SQL
done
sql <<SQL
ALTER DATABASE "$POSTGRES_DB" OWNER TO relance_owner;
REVOKE ALL ON DATABASE "$POSTGRES_DB" FROM PUBLIC;
SQL
