"""A contract with aiortc: fails when a new version connects in another way."""

import asyncio
import gc
import logging

import pytest

from tests.support.aio import on_loop, until
from tests.support.rtc_page import RtcPage
from vb.peers.connect_hooks import when_connecting_fails


@on_loop
async def test_what_breaks_while_connecting_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """An answer without a fingerprint is found only when both sides have met; the loop has nothing to say of it."""
    page = RtcPage()
    connection = page.connection.__class__()
    failures: list[Exception] = []
    when_connecting_fails(connection, failures.append)
    connection.addTransceiver("video", direction="sendonly")
    connection.createDataChannel("input")
    await connection.setLocalDescription(await connection.createOffer())
    answer = await page.answer(connection.localDescription.sdp)
    bare = "".join(f"{line}\r\n" for line in answer.splitlines() if "fingerprint" not in line)
    with caplog.at_level(logging.ERROR, "asyncio"):
        await connection.setRemoteDescription(type(connection.localDescription)(bare, "answer"))
        await until(lambda: bool(failures))
        await connection.close()
        await page.close()
        await asyncio.sleep(0)
        gc.collect()
    assert [type(failure) for failure in failures] == [AssertionError]
    assert not [record for record in caplog.records if "never retrieved" in record.getMessage()]
