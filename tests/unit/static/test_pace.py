"""Frames go in order and no faster than the agent takes them."""

from tests.unit.static.conftest import Js
from vb.desktop.gate import BURST, RATE_PER_S

SEND = """(async () => {
  const sent = [];
  const pace = new m.Pace((frame) => sent.push([frame, performance.now()]));
  const began = performance.now();
  for (let frame = 0; frame < a; frame += 1) pace.put(frame);
  const atOnce = sent.length;
  while (pace.late) await new Promise((done) => setTimeout(done, 10));
  return { atOnce, sent: sent.map(([frame]) => frame), ms: performance.now() - began };
})()"""


def test_a_few_go_at_once(js: Js) -> None:
    """A press never waits."""
    assert js(SEND, 20)["atOnce"] == 20


def test_many_go_in_order_and_slower_than_the_agent_allows(js: Js) -> None:
    """A long text at once is no flood."""
    done = js(SEND, 1000)
    assert done["sent"] == list(range(1000))
    assert 0 < done["atOnce"] < BURST
    assert (1000 - done["atOnce"]) / done["ms"] * 1000 < RATE_PER_S


def test_what_waits_can_be_forgotten(js: Js) -> None:
    """When control has changed nobody wants it any more."""
    script = """(() => {
      const sent = [];
      const pace = new m.Pace((frame) => sent.push(frame), () => 0);
      for (let frame = 0; frame < 1000; frame += 1) pace.put(frame);
      const before = [pace.late, sent.length];
      pace.forget();
      return [...before, pace.late];
    })()"""
    assert js(script) == [True, 400, False]
