#!/bin/sh
# Makes the database on the first start, then becomes PostgreSQL. `start.sh check` is the health check.
set -eu

volume=/var/lib/postgresql/data
data=$volume/cluster
password=/var/lib/turtus-postgres/password
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH

if [ "${1:-}" = check ]; then exec pg_isready --quiet --host=127.0.0.1 --dbname=turtus; fi

if [ ! -d "$data" ]; then # made beside its place, so that a start that was killed half-way can be repeated
    new=$volume/new
    rm -rf "$new"
    initdb --pgdata="$new" --username=turtus --pwfile="$password" --auth=scram-sha-256 --encoding=UTF8
    echo 'host all all all scram-sha-256' >>"$new/pg_hba.conf"
    echo 'CREATE DATABASE turtus' | postgres --single -D "$new" postgres
    mv "$new" "$data"
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp
