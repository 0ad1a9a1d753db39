"""One connection to the shared browser. How it fares against a real one: test_stage.py, test_arrival.py."""

from tests.unit.static.conftest import Js


def test_stereo_is_asked_for_once(js: Js) -> None:
    """Opus gets stereo=1 in its own line; other codecs and a second time change nothing."""
    sdp = "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=rtpmap:96 VP8/90000\r\na=fmtp:96 x=1\r\n"
    once = sdp.replace("minptime=10", "minptime=10;stereo=1")
    assert js("[m.withStereo(a), m.withStereo(m.withStereo(a))]", sdp) == [once, once]
    assert js("m.withStereo(a)", "a=rtpmap:96 VP8/90000\r\n") == "a=rtpmap:96 VP8/90000\r\n"


def test_offer_that_cannot_be_read_is_not_answered(js: Js) -> None:
    """Whoever waits for the answer learns so; nothing is sent."""
    script = """(async () => {
      const said = [];
      const offer = { session: 's', sdp: 'nonsense', sender: { id: 'v' } };
      const peering = new m.Peering(offer, null, (message) => said.push(message), document.createElement('video'));
      const answered = await peering.answered;
      peering.peer.close();
      return [answered, said.length];
    })()"""
    assert js(f"await {script}") == [False, 0]
