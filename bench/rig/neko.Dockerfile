# The browser's image with GStreamer beside it, for the comparison in `./turtus bench encode`; to be built
# again with it:
# docker build -t turtus/vb-gstreamer -f bench/rig/neko.Dockerfile bench/rig
ARG BASE=turtus/vb:latest
FROM ${BASE}
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly gstreamer1.0-tools gstreamer1.0-x \
 && rm -rf /var/lib/apt/lists/*
USER turtus
