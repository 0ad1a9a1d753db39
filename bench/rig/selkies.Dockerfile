# The browser's image with Selkies beside it, for the comparison in `./turtus bench latency`; to be built
# again with it:
# docker build -t turtus/vb-selkies -f bench/rig/selkies.Dockerfile .
ARG BASE=debian:trixie-slim
ARG VB=turtus/vb:latest
FROM ${BASE} AS packages
ENV DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY deploy/ca/ /usr/local/share/ca-certificates/
RUN update-ca-certificates
RUN python3 -m venv --without-pip /opt/selkies \
 && python3 -m venv /tmp/pip \
 && /tmp/pip/bin/pip --cert /etc/ssl/certs/ca-certificates.crt \
    --python /opt/selkies/bin/python install --no-cache-dir selkies==2.1.0

FROM ${VB}
COPY --from=packages /opt/selkies /opt/selkies
