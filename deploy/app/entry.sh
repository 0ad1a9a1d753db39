#!/bin/sh
# What a container of the app image is: its first argument says which. Secrets that the environment does not
# bring are read from the volume that `setup` filled.
set -eu

secrets=/var/lib/turtus
celery() { exec python -m celery -A celery_worker:celery "$@"; }

https() { # the words that the settings of the app take, too
    case "$(echo "${TURTUS_SERVER_USE_HTTPS:-1}" | tr '[:upper:]' '[:lower:]')" in
        1 | true | yes | on) ;;
        *) return 1 ;;
    esac
}

random() { openssl rand -hex "$1"; }

setup() { # once: secrets, certificate, the database's password
    [ -f $secrets/env ] || (
        umask 077
        {
            echo "TURTUS_SECRET_KEY=$(random 32)"
            echo "TURTUS_INSTALL_ID=$(random 6)"
            echo "TURTUS_FLOWER_BASIC_AUTH=turtus:$(random 12)"
        } >$secrets/env.new
        mv $secrets/env.new $secrets/env
    )
    # Read by another user, the database's; only its container and ours have this volume.
    [ -f $secrets-postgres/password ] || random 24 >$secrets-postgres/password
    cp $secrets-postgres/password $secrets/postgres-password
    ./gen_cert.sh --dir $secrets
}

load_secrets() {
    while IFS='=' read -r name value; do
        # The environment wins, but an install's id is its own: two stacks on one engine must not mix.
        eval "now=\${$name:-}"
        if [ -z "$now" ] || [ "$name" = TURTUS_INSTALL_ID ]; then export "$name=$value"; fi
    done <$secrets/env
    TURTUS_DATABASE_URL="postgresql+psycopg://turtus:$(cat $secrets/postgres-password)@postgres/turtus"
    export TURTUS_DATABASE_URL
    for name in $(env | sed -n 's/^\(TURTUS_[A-Z_]*\)=$/\1/p'); do unset "$name"; done # empty: the default
}

web() {
    set -- --config=deploy/gunicorn.conf.py --workers="${TURTUS_WEB_PROCESSES:-2}" \
        --bind="0.0.0.0:$TURTUS_SERVER_PORT"
    if https; then
        set -- "$@" --certfile="$TURTUS_SERVER_CERT" --keyfile="$TURTUS_SERVER_KEY"
    fi
    exec python -m gunicorn "$@" wsgi:app
}

worker() {
    if [ "$(id -u)" = 0 ]; then # as a user who may use the socket, and nothing more
        group=$(stat -c %g /var/run/docker.sock)
        exec setpriv --reuid turtus --regid turtus --groups "$group" --inh-caps=-all --no-new-privs "$0" worker
    fi
    celery worker --loglevel="${TURTUS_LOG_LEVEL:-INFO}" --concurrency=4 --without-gossip --without-mingle
}

case "${1:-web}" in
    setup) setup ;;
    migrate) load_secrets && exec python -m app.cli migrate ;;
    web) load_secrets && web ;;
    worker) load_secrets && worker ;;
    beat)
        load_secrets
        mkdir -p /tmp/beat
        celery beat --loglevel="${TURTUS_LOG_LEVEL:-INFO}" --schedule /tmp/beat/schedule --pidfile=
        ;;
    flower)
        load_secrets
        FLOWER_BASIC_AUTH=$TURTUS_FLOWER_BASIC_AUTH
        export FLOWER_BASIC_AUTH
        celery flower --address=0.0.0.0 --port=5555
        ;;
    check-web)
        if https; then scheme=https; else scheme=http; fi
        exec curl -fsSk --max-time 4 "$scheme://localhost:$TURTUS_SERVER_PORT/healthz"
        ;;
    check-worker) load_secrets && celery inspect ping --timeout 10 --destination "celery@$(hostname)" ;;
    check-beat) [ -n "$(find /tmp/beat -mmin -10 -name 'schedule*')" ] ;; # written every three minutes
    check-flower) exec curl -fsS --max-time 4 http://localhost:5555/healthcheck ;;
    *) exec "$@" ;;
esac
