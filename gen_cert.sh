#!/bin/sh
# Makes localhost.cert and localhost.key, a self-signed certificate for this machine's names and addresses.
#
#   ./gen_cert.sh [--force] [--dir DIR] [NAME_OR_ADDRESS...]
#
# An existing pair is kept, unless --force is given. NAME_OR_ADDRESS adds to what the certificate is for.
set -eu

dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
force=
extra=
while [ $# -gt 0 ]; do
    case "$1" in
        --force) force=1 ;;
        --dir) dir=${2:?--dir needs a folder}; shift ;;
        -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) echo "gen_cert.sh: there is no option $1 (see --help)" >&2; exit 2 ;;
        *) extra="$extra $1" ;;
    esac
    shift
done

if [ -z "$force" ] && [ -f "$dir/localhost.cert" ] && [ -f "$dir/localhost.key" ]; then
    echo "localhost.cert and localhost.key are there; --force makes new ones"
    exit 0
fi
command -v openssl >/dev/null || { echo "gen_cert.sh: openssl is missing (apt-get install openssl)" >&2; exit 1; }

names="localhost $(hostname) host.docker.internal web 127.0.0.1 ::1"
addresses=$(hostname -I 2>/dev/null || true) # every address of this machine, loopback aside

sans=
seen=" "
for name in $names $addresses $extra; do
    name=${name%%\%*} # a link-local address carries its interface: fe80::1%eth0
    case "$seen" in *" $name "*) continue ;; esac
    seen="$seen$name "
    case "$name" in
        *:*) kind=IP ;;
        *[!0-9.]*) kind=DNS ;;
        *) kind=IP ;;
    esac
    sans="$sans${sans:+,}$kind:$name"
done

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 825 \
    -subj "/CN=localhost/O=Turtus, made on this machine" \
    -addext "subjectAltName=$sans" \
    -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,digitalSignature,keyCertSign" \
    -addext "extendedKeyUsage=serverAuth" \
    -keyout "$work/key" -out "$work/cert" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
mv "$work/key" "$dir/localhost.key"
chmod 644 "$work/cert"
mv "$work/cert" "$dir/localhost.cert"
echo "made localhost.cert and localhost.key for $(echo "$sans" | sed 's/DNS://g; s/IP://g; s/,/, /g')"
