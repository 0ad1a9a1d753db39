"""app/static/js/emitter.js"""

from tests.unit.static.conftest import Js


def test_listeners_hear_until_they_stop(js: Js) -> None:
    """And only what they listen for."""
    script = """(() => {
        const one = new m.Emitter(), heard = [];
        const stop = one.on('a', (...args) => heard.push(args));
        one.emit('a', 1, 2); one.emit('b', 3); stop(); one.emit('a', 4);
        return heard;
    })()"""
    assert js(script) == [[1, 2]]


def test_who_comes_late_is_told_what_was_said(js: Js) -> None:
    """In its order and once, as soon as everybody is there; those who heard it are not told again."""
    script = """(() => {
        const one = new m.Emitter(), early = [], late = [];
        one.on('a', (value) => early.push(value));
        one.emit('a', 0);
        one.keep();
        one.emit('a', 1); one.emit('b', 2); one.emit('a', 3);
        for (const name of ['a', 'b']) one.on(name, (value) => late.push(value));
        const before = late.length;
        one.catchUp(); one.catchUp();
        one.emit('a', 4);
        return { early, before, late };
    })()"""
    assert js(script) == {"early": [0, 1, 3, 4], "before": 0, "late": [1, 2, 3, 4]}
