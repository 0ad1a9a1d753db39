#!/bin/sh
# Makes the database on the first start, then becomes PostgreSQL. `start.sh check` is the health check.
set -eu

data=/var/lib/postgresql/data
password=/var/lib/turtus-postgres/password
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH

if [ "${1:-}" = check ]; then exec pg_isready --quiet --host=127.0.0.1 --dbname=turtus; fi

if [ ! -s "$data/PG_VERSION" ]; then
    initdb --pgdata="$data" --username=turtus --pwfile="$password" --auth=scram-sha-256 --encoding=UTF8
    echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
    echo 'CREATE DATABASE turtus' | postgres --single -D "$data" postgres
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp
