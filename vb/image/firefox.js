// Defaults of the shared Firefox. What people must not change is locked by policies.json.

// A script of ours (turtus.cfg) that runs as it starts: a new tab's page cannot be set in any other way.
pref("general.config.filename", "turtus.cfg");
pref("general.config.obscure_value", 0);
pref("general.config.sandbox_enabled", false);

// It draws into a virtual screen without a graphics card: do not look for one.
pref("gfx.webrender.software", true);
pref("layers.acceleration.disabled", true);
pref("gfx.x11-egl.force-disabled", true);
pref("webgl.force-enabled", false);
pref("widget.dmabuf.enabled", false);
pref("media.hardware-video-decoding.enabled", false);

// The window manager gives no frame; Firefox must not draw one of its own.
pref("browser.tabs.inTitlebar", 0);
pref("browser.tabs.closeWindowWithLastTab", false);
pref("browser.tabs.warnOnClose", false);
pref("browser.quitShortcut.disabled", true);
pref("browser.sessionstore.resume_from_crash", false);
pref("browser.sessionstore.max_resumed_crashes", 0);
pref("toolkit.startup.max_resumed_crashes", -1);
pref("browser.aboutwelcome.enabled", false);
pref("browser.startup.firstrunSkipsHomepage", false);
pref("browser.startup.blankWindow", false);
pref("browser.startup.preXulSkeletonUI", false);
pref("datareporting.policy.dataSubmissionEnabled", false);
pref("browser.uitour.enabled", false);
pref("browser.urlbar.quicksuggest.enabled", false);
pref("browser.fullscreen.exit_on_escape", true);
pref("full-screen-api.warning.timeout", 0);
pref("full-screen-api.transition-duration.enter", "0 0");
pref("full-screen-api.transition-duration.leave", "0 0");

// Sound plays without a gesture: the people who watch cannot all click.
pref("media.autoplay.default", 0);
pref("media.autoplay.blocking_policy", 0);
pref("media.cubeb.backend", "pulse-rust");
pref("media.webspeech.synth.enabled", false);

// What people download is offered to them beside the stage: no questions, no panel over the page.
pref("browser.download.useDownloadDir", true);
pref("browser.download.alwaysOpenPanel", false);
pref("browser.download.always_ask_before_handling_new_types", false);
pref("browser.download.start_downloads_in_tmp_dir", false);
pref("browser.download.manager.addToRecentDocs", false);

// A caret that stands still costs nothing.
pref("ui.caretBlinkTime", 0);

// Answer a press at once, even after a pause. The compositor draws at once only while it does not wait for the
// screen's beat, which it goes on doing for ten beats after the last drawing unless it is told not to: of two
// clicks within 250 ms the second was drawn after 30 ms (p50), now after 8.
pref("gfx.vsync.compositor.unobserve-count", -1);
pref("general.smoothScroll", true);
pref("ui.prefersReducedMotion", 0);
pref("accessibility.force_disabled", 1);

// No background chatter.
pref("network.captive-portal-service.enabled", false);
pref("network.connectivity-service.enabled", false);
pref("browser.safebrowsing.downloads.remote.enabled", false);
pref("browser.region.update.enabled", false);
pref("browser.search.update", false);
pref("app.normandy.enabled", false);
pref("extensions.getAddons.cache.enabled", false);
pref("extensions.systemAddon.update.enabled", false);
pref("services.settings.poll_interval", 86400);
pref("media.gmp-manager.updateEnabled", false);
pref("media.gmp-provider.enabled", false);

// Add-ons that the distribution installed (uBlock Origin) are on from the first second.
pref("extensions.autoDisableScopes", 0);
pref("extensions.startupScanScopes", 15);
