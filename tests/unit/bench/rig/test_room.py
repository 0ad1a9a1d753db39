"""bench.rig.room: a signal endpoint for one agent, played here by a bare WebSocket."""

import pytest
from websockets.sync.client import connect

from bench.rig.room import Room
from launcher.errors import LauncherError
from vb.protocol import codec, messages


def test_an_agent_is_greeted_heard_and_told() -> None:
    """Identity and snapshot; pings answered; its status and offers reach the benchmark."""
    with Room() as room, connect(f"ws://127.0.0.1:{room.port}/signal/bench") as agent:
        assert isinstance(codec.decode_server(agent.recv()), messages.Identity)
        assert isinstance(codec.decode_server(agent.recv()), messages.Snapshot)
        agent.send(codec.encode(messages.Ping(n=7)))
        assert codec.decode_server(agent.recv()) == messages.Pong(n=7)
        agent.send(codec.encode(messages.AgentStatus(state="ready")))
        room.wait_ready(5)
        agent.send(codec.encode(messages.Bye(to="p-1", session="s")))
        assert room.expect(messages.Bye, "p-1").session == "s"
        epoch = room.give_control("p-1")
        told = codec.decode_server(agent.recv())
        assert isinstance(told, messages.ControlChanged)
        assert (told.control.holder, told.control.epoch) == ("p-1", epoch)


def test_silence_is_an_error() -> None:
    """No agent, no status, no offer: each said in a sentence."""
    with Room() as room:
        with pytest.raises(LauncherError, match="not connected"):
            room.send(messages.Pong(n=1))
        with pytest.raises(LauncherError, match="not ready"):
            room.wait_ready(0.01)
        with pytest.raises(LauncherError, match="no Offer"):
            room.expect(messages.Offer, "p-1", 0.01)
