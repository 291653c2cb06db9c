#!/usr/bin/env bash
# Makes every secret of the deployment, once: deploy/secrets.sh [DIRECTORY, ./secrets by default]
#
# What is already there is kept, so it can be run again after an upgrade that wants one more. The database keeps the
# passwords of its first start: changing a file alone does not change the server (docs/deploiement.md).
#
# Compose mounts these files with the mode they have here: the directory is closed to everybody else, the files are
# readable, because the containers' users are not ours.
set -euo pipefail
umask 077

directory=${1:-"$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/secrets"}
database_host=db:5432
broker_host=mq:5672
database=relance
vhost=relance
database_roles="owner ledger_sync scheduler sender inbox cli clock"
broker_users="ledger_sync scheduler sender inbox"

refuse() { printf 'secrets : %s\n' "$*" >&2; exit 2; }

# Writes standard input to a secret that does not exist yet; whole or not at all.
keep() {
  local target=$directory/$1
  if [ -s "$target" ]; then cat >/dev/null; return; fi
  cat >"$target.part"
  chmod 0444 "$target.part"
  mv "$target.part" "$target"
}

count() { find "$directory" -type f ! -name '*.part' | wc -l; }

# Hexadecimal: safe in an address, in SQL and in JSON.
password() { openssl rand -hex 24; }

secret() { tr -d '\n' <"$directory/$1"; }

# RabbitMQ's own form: base64(salt + sha256(salt + password)).
password_hash() {
  local salt digest
  salt=$(openssl rand -hex 4)
  digest=$({ unhex "$salt"; printf '%s' "$1"; } | openssl dgst -sha256 -r | cut -d' ' -f1)
  unhex "$salt$digest" | openssl base64 -A
}

# shellcheck disable=SC2059  # the format is made of escapes on purpose
unhex() { printf "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }

broker_user() {
  printf '{"name": "%s", "password_hash": "%s", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}' \
    "$1" "$(password_hash "$(secret "mq_${1}_password")")"
}

# Everybody declares the same topology (relance.contracts.topology); only the scheduler publishes.
broker_permission() {
  local ours='(relance[.](send|events|dead)|dead|[a-z-]+[.]events|send[.][0-9]+)'
  local write='(relance[.]dead|dead|[a-z-]+[.]events|send[.][0-9]+)'
  if [ "$1" = scheduler ]; then write=$ours; fi
  printf '{"user": "%s", "vhost": "%s", "configure": "^%s$", "write": "^%s$", "read": "^%s$"}' \
    "$1" "$vhost" "$ours" "$write" "$ours"
}

# One line for each of the users, with commas between them.
for_each_user() {
  local user between=""
  for user in $broker_users; do
    printf '%s    %s' "$between" "$("$1" "$user")"
    between=$',\n'
  done
}

definitions() {
  printf '{\n  "vhosts": [{"name": "%s"}],\n  "users": [\n%s\n  ],\n  "permissions": [\n%s\n  ]\n}\n' \
    "$vhost" "$(for_each_user broker_user)" "$(for_each_user broker_permission)"
}

command -v openssl >/dev/null || refuse "il manque openssl : apt-get install openssl"
mkdir -p "$directory" || refuse "$directory ne peut pas être créé"
chmod 0700 "$directory"
before=$(count)

password | keep pg_admin_password
password | keep grafana_admin_password
openssl rand -base64 32 | keep spool_key
openssl rand -base64 32 | keep vault_key
openssl rand -base64 32 | keep attachment_key
for role in $database_roles; do
  password | keep "pg_${role}_password"
  if [ "$role" != clock ]; then
    echo "postgresql://relance_$role:$(secret "pg_${role}_password")@$database_host/$database" | keep "${role}_database_url"
  fi
done
for user in $broker_users; do
  # Definitions without this user would be older than it.
  if [ ! -s "$directory/mq_${user}_password" ]; then rm -f "$directory/rabbitmq_definitions.json"; fi
  password | keep "mq_${user}_password"
  echo "amqp://$user:$(secret "mq_${user}_password")@$broker_host/$vhost" | keep "${user}_broker_url"
done
definitions | keep rabbitmq_definitions.json

# Compose wants every file to exist: without Google it stays empty.
if [ ! -e "$directory/google_credentials.json" ]; then install -m 0444 /dev/null "$directory/google_credentials.json"; fi

made=$(($(count) - before))
if [ "$made" = 0 ]; then
  echo "Tous les secrets étaient déjà dans $directory : rien n'a changé."
else
  echo "$made secret(s) fabriqué(s) dans $directory. Gardez-en une copie chiffrée hors de cette machine."
fi
