"""The image's files: what must be in them, and what must not."""

import json
import re
from pathlib import Path

import pytest

from launcher import apt
from vb.settings import BUNDLED_PAGES

VB = Path(__file__).parents[4] / "vb"
FORBIDDEN = {
    "acct", "add_key", "bpf", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
    "get_kernel_syms", "init_module", "io_uring_setup", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "mount",
    "mount_setattr", "move_mount", "move_pages", "open_by_handle_at", "open_tree", "perf_event_open", "pivot_root",
    "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setns", "settimeofday",
    "swapoff", "swapon", "syslog", "umount2", "userfaultfd", "vhangup",
}  # fmt: skip


def allowed_calls() -> set[str]:
    profile = json.loads((VB / "seccomp.json").read_text())
    allowed: set[str] = set()
    for entry in profile["syscalls"]:
        if entry["action"] == "SCMP_ACT_ALLOW":
            allowed.update(entry["names"])
    return allowed


def test_the_filter_allows_by_name_and_refuses_the_rest() -> None:
    """On both architectures; each list is in order, so that a change is easy to see."""
    profile = json.loads((VB / "seccomp.json").read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert profile["architectures"] == ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"]
    for entry in profile["syscalls"]:
        assert entry["names"] == sorted(set(entry["names"]))
        assert entry["comment"]


def test_the_filter_refuses_what_only_attackers_need() -> None:
    """Mounts, modules, keys, tracing, performance counters; new namespaces are for Firefox's own sandbox."""
    assert not FORBIDDEN & allowed_calls()
    assert {"clone", "unshare", "chroot", "seccomp"} <= allowed_calls()


def test_policies_ask_nothing_keep_nothing_and_update_nothing() -> None:
    """No first-run pages, telemetry, passwords, updates, studies; sound without a click; no camera."""
    policies = json.loads((VB / "image/policies.json").read_text())["policies"]
    for name in (
        "DisableAppUpdate",
        "DisableTelemetry",
        "DisableFirefoxStudies",
        "DontCheckDefaultBrowser",
        "BlockAboutConfig",
    ):
        assert policies[name] is True
    for name in ("PasswordManagerEnabled", "OfferToSaveLogins", "AppAutoUpdate"):
        assert policies[name] is False
    assert policies["OverrideFirstRunPage"] == ""
    assert policies["Permissions"]["Autoplay"]["Default"] == "allow-audio-video"
    for device in ("Camera", "Microphone", "Notifications", "Location"):
        assert policies["Permissions"][device]["BlockNewRequests"] is True
    assert policies["ExtensionSettings"]["*"]["installation_mode"] == "blocked"
    assert "uBlock0@raymondhill.net" in policies["ExtensionSettings"]


def test_chromium_is_told_the_same() -> None:
    """No telemetry, no passwords, no accounts, no extensions, no developer tools; sound without a click."""
    policies = json.loads((VB / "image/chromium.json").read_text())
    assert list(policies) == sorted(policies)
    for name in (
        "MetricsReportingEnabled",
        "PasswordManagerEnabled",
        "AutofillCreditCardEnabled",
        "VideoCaptureAllowed",
        "AudioCaptureAllowed",
        "ScreenCaptureAllowed",
        "PrintingEnabled",
    ):
        assert policies[name] is False
    assert policies["AutoplayAllowed"] is policies["SyncDisabled"] is True
    assert policies["ExtensionInstallBlocklist"] == ["*"]
    assert policies["DeveloperToolsAvailability"] == 2
    assert "file://*" in policies["URLBlocklist"]
    assert policies["URLAllowlist"] == ["file:///opt/turtus/vb/pages/*"]
    assert policies["DownloadDirectory"] == "/home/turtus/Downloads"


def test_the_image_with_chromium_has_no_firefox_and_ends_as_nobody_special() -> None:
    """Made on the other image, it takes the other browser away and says which one it has."""
    text = (VB / "chromium.Dockerfile").read_text()
    assert "apt-get purge -y firefox-esr" in text
    assert "TURTUS_VB_BROWSER=chromium" in text
    assert re.findall(r"^USER (\w+)", text, re.M)[-1] == "turtus"
    assert "--no-sandbox" not in text


def test_files_of_the_container_are_no_web_pages() -> None:
    """But for the bundled pages."""
    policies = json.loads((VB / "image/policies.json").read_text())["policies"]
    assert policies["WebsiteFilter"] == {
        "Block": ["file:///*"],
        "Exceptions": ["file:///opt/turtus/vb/pages/*"],
    }


def test_preferences_are_preferences() -> None:
    """Each line is a comment or sets one, and none is set twice."""
    names = []
    for line in (VB / "image/firefox.js").read_text().splitlines():
        if line and not line.startswith("//"):
            match = re.fullmatch(r'pref\("([\w.-]+)", (true|false|-?\d+|"[^"]*")\);', line)
            assert match, line
            names.append(match[1])
    assert len(names) == len(set(names))


def test_the_window_manager_frames_nothing() -> None:
    """Every window without decoration, ordinary ones filling the screen."""
    rules = (VB / "image/openbox.xml").read_text().split("<applications>")[1].split("</application>")[:-1]
    assert len(rules) == 2
    assert all("<decor>no</decor>" in rule for rule in rules)
    assert "<maximized>yes</maximized>" in next(rule for rule in rules if 'type="normal"' in rule)


@pytest.mark.parametrize("name", BUNDLED_PAGES)
def test_bundled_pages_need_nothing_from_outside(name: str) -> None:
    """They load no file and no address; forms may lead somewhere."""
    page = (VB / f"pages/{name}.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "<title>" in page
    assert not re.search(r'(src|href)="', page)
    assert not re.search(r"url\(|@import|fetch\(", page)


def test_the_build_starts_from_one_base_and_ends_as_nobody_special() -> None:
    """No BuildKit syntax; certificates in the first stage alone; the last word is a user without rights."""
    text = (VB / "Dockerfile").read_text()
    assert "--mount" not in text
    assert "<<" not in text
    last_stage = text[text.rindex("FROM ") :]
    assert "deploy/ca" not in last_stage
    assert re.findall(r"^USER (\w+)", text, re.M)[-1] == "turtus"


def test_libraries_that_are_loaded_by_name_are_installed_by_name() -> None:
    """No other package has to bring them; where they are missing all works, and takes longer."""
    installed = (VB / "Dockerfile").read_text().replace("\\", "").split()
    needed = {need.package for need in apt.TEST}
    for package in ("libopus0", "libyuv0"):
        assert package in installed
        assert package in needed
