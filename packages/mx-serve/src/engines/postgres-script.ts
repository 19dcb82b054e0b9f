/**
 * Starts Postgres for /bin/sh. Arguments: folder of the data, host, port, user, database, most connections. The data lie
 * in FOLDER/pg and are made the first time, with the password of POSTGRES_PASSWORD, which every connection needs.
 *
 * Postgres refuses to run as root. There it runs as the user `postgres`; where that user may not pass the folders above
 * the data, it keeps the one capability that lets it.
 */
export const postgresScript = `\
set -eu
data=$1 host=$2 port=$3 user=$4 database=$5 connections=$6

bin=
for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/libexec/postgresql* 2>/dev/null | sort -V); do
  if [ -x "$folder/initdb" ]; then bin=$folder; fi
done
if [ -z "$bin" ]; then
  found=$(command -v initdb) || {
    echo 'Postgres is not there: neither /usr/lib/postgresql/*/bin nor PATH has initdb' >&2
    exit 127
  }
  bin=$(dirname "$found")
fi

mkdir -p "$data"
chmod 700 "$data"
if [ "$(id -u)" = 0 ]; then
  chown -R postgres "$data"
  if command -v setpriv >/dev/null && setpriv --help 2>&1 | grep -q reuid; then
    as='setpriv --reuid=postgres --regid=postgres --init-groups'
    if ! $as test -x "$data"; then
      caps=+dac_read_search
      $as --inh-caps=$caps --ambient-caps=$caps test -x "$data" 2>/dev/null || caps=+dac_override
      as="$as --inh-caps=$caps --ambient-caps=$caps"
    fi
  else
    as='su-exec postgres'
  fi
else
  as=
fi

if [ ! -s "$data/pg/PG_VERSION" ]; then
  : "\${POSTGRES_PASSWORD:?is not set: it is the password of $user}"
  # Made aside and then renamed, so that a start that was broken off leaves nothing half made.
  rm -rf "$data/new"
  mkdir "$data/new"
  if [ "$(id -u)" = 0 ]; then chown postgres "$data/new"; fi
  password=$data/password
  ( umask 077; printf '%s\\n' "$POSTGRES_PASSWORD" >"$password" )
  if [ "$(id -u)" = 0 ]; then chown postgres "$password"; fi
  $as "$bin/initdb" -D "$data/new" -U "$user" --pwfile="$password" \\
    --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-instructions
  rm -f "$password"
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \\"$database\\" OWNER \\"$user\\";" |
      $as "$bin/postgres" --single -D "$data/new" postgres >/dev/null
  fi
  echo "host all all all scram-sha-256" >>"$data/new/pg_hba.conf"
  mv "$data/new" "$data/pg"
fi
unset POSTGRES_PASSWORD
exec $as "$bin/postgres" -D "$data/pg" -p "$port" -c "listen_addresses=$host" \\
  -c unix_socket_directories= -c "max_connections=$connections"
`;
