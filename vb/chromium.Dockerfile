# The virtual browser with Chromium instead of Firefox: the same agent, screen and sound.
# Build after the image with Firefox, on which it is made:
#   docker build -f vb/chromium.Dockerfile --build-arg VB=turtus/vb:latest -t turtus/vb-chromium:latest .

ARG VB=turtus/vb:latest
FROM ${VB}
USER root
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium libgtk-3-0t64 \
 && apt-get purge -y firefox-esr webext-ublock-origin-firefox \
 && rm -rf /var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/* /opt/turtus/profile /usr/lib/firefox-esr
# The start page promises what this browser does not have: Debian's uBlock Origin is of a kind that Chromium refuses.
RUN sed -i '/Ads are blocked/d' /opt/turtus/vb/pages/home.html
COPY vb/image/chromium.json /etc/chromium/policies/managed/turtus.json
ENV TURTUS_VB_BROWSER=chromium
USER turtus
