"""The conversation: complete, in order, once, and never markup."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import until
from tests.support.fake_signal import FakeSignal, now_ms
from vb.protocol import messages
from vb.protocol.limits import MAX_CHAT_CHARS, CloseCode

Enter = Callable[[], Page]


def line(number: int, text: str, *, name: str = "Ben", client_msg_id: str | None = None) -> messages.ChatLine:
    user = "u1" if name == "Ana" else "u2"
    return messages.ChatLine(
        id=number, user_id=user, name=name, text=text, at_ms=now_ms(), client_msg_id=client_msg_id
    )


def say(page: Page, text: str) -> None:
    page.locator("#chat-input").fill(text)
    page.locator("#chat-input").press("Enter")


def said(page: Page) -> list[str]:
    return page.locator("#chat-log .text").all_inner_texts()


def until_heard(page: Page, signal: FakeSignal, count: int) -> list[dict[str, str]]:
    for _ in range(80):
        if len(signal.heard("chat.send")) >= count:
            return signal.heard("chat.send")
        page.wait_for_timeout(50)
    pytest.fail(f"not said {count} times")


def test_history_is_shown_as_text(enter: Enter, signal: FakeSignal) -> None:
    """What was said before is there, and markup in it is only characters."""
    signal.lines = [line(1, "hello"), line(2, "<img src=x onerror=alert(1)>")]
    page = enter()
    assert said(page) == ["hello", "<img src=x onerror=alert(1)>"]
    expect(page.locator("#chat-empty")).to_be_hidden()


def test_message_is_sent_and_settled(enter: Enter, signal: FakeSignal) -> None:
    """Shown at once as being sent, then as the server has stored it, once."""
    page = enter()
    say(page, "  hi there ")
    [sent] = until_heard(page, signal, 1)
    assert sent["text"] == "hi there"
    expect(page.locator("#chat-log .waiting")).to_have_count(1)
    signal.event(messages.Chat(line=line(1, "hi there", name="Ana", client_msg_id=sent["client_msg_id"])))
    expect(page.locator("#chat-log .waiting")).to_have_count(0)
    assert said(page) == ["hi there"]
    assert page.locator("#chat-input").input_value() == ""


def test_empty_message_is_not_sent(enter: Enter, signal: FakeSignal) -> None:
    """Spaces are nothing to say."""
    page = enter()
    say(page, "   ")
    page.wait_for_timeout(200)
    assert signal.heard("chat.send") == []


def test_shift_enter_is_a_new_line(enter: Enter, signal: FakeSignal) -> None:
    """Enter sends, Shift+Enter does not; the field takes no more than the schema."""
    page = enter()
    box = page.locator("#chat-input")
    box.type("one")
    box.press("Shift+Enter")
    box.type("two")
    assert box.input_value() == "one\ntwo"
    assert box.get_attribute("maxlength") == str(MAX_CHAT_CHARS)
    assert signal.heard("chat.send") == []


def test_unanswered_message_is_sent_again(enter: Enter, signal: FakeSignal) -> None:
    """After a break, with the same id, unless the snapshot has it."""
    page = enter()
    say(page, "first")
    say(page, "second")
    first, second = until_heard(page, signal, 2)
    signal.lines = [line(1, "first", name="Ana", client_msg_id=first["client_msg_id"])]
    signal.close(CloseCode.RESTARTING)
    again = until_heard(page, signal, 3)[2:]
    assert [message["client_msg_id"] for message in again] == [second["client_msg_id"]]
    assert said(page) == ["first", "second"]


def test_message_written_without_a_connection(enter: Enter, signal: FakeSignal) -> None:
    """It waits, and goes when the site is back."""
    page = enter()
    signal.refuse_with = CloseCode.RESTARTING
    signal.close(CloseCode.RESTARTING)
    until(page, "turtus.signal.status.phase === 'waiting'")
    say(page, "are you there?")
    signal.refuse_with = None
    assert until_heard(page, signal, 1)[0]["text"] == "are you there?"


def test_refused_message_can_be_edited(enter: Enter, signal: FakeSignal) -> None:
    """The reason stands at the line, and nothing that was typed is lost."""
    page = enter()
    say(page, "something")
    until_heard(page, signal, 1)
    signal.send(messages.Error(code="invalid", message="That is too rude.", ref="chat.send"))
    expect(page.locator("#chat-log .failed")).to_contain_text("That is too rude.")
    page.get_by_role("button", name="Edit").click()
    assert page.locator("#chat-input").input_value() == "something"
    expect(page.locator("#chat-log .failed")).to_have_count(0)


def test_too_many_messages_are_sent_later(enter: Enter, signal: FakeSignal) -> None:
    """Being told to slow down costs a wait."""
    page = enter()
    say(page, "quick")
    until_heard(page, signal, 1)
    signal.send(messages.Error(code="too_often", message="Slow down.", ref="chat.send"))
    again = until_heard(page, signal, 2)
    assert again[0]["client_msg_id"] == again[1]["client_msg_id"]


def test_what_is_too_much_is_sent_one_after_the_other(enter: Enter, signal: FakeSignal) -> None:
    """A retry of all of them each time would be more still, until the site hangs up."""
    page = enter()
    for text in ("one", "two", "three"):
        say(page, text)
    first = until_heard(page, signal, 3)
    for _ in range(3):
        signal.send(messages.Error(code="too_often", message="Slow down.", ref="chat.send"))
    say(page, "four")
    heard = until_heard(page, signal, 4)
    page.wait_for_timeout(2500)  # a timer of each refusal would have sent more
    assert [each["text"] for each in until_heard(page, signal, 4)[3:]] == ["one"]
    for number, text in enumerate(("one", "two", "three", "four"), 5):
        sent = until_heard(page, signal, number - 1)[-1]
        assert sent["text"] == text
        signal.event(messages.Chat(line=line(number, text, client_msg_id=sent["client_msg_id"])))
    expect(page.locator("#chat-log .waiting")).to_have_count(0)
    assert heard[3]["client_msg_id"] == first[0]["client_msg_id"]
    say(page, "five")
    say(page, "six")
    assert [each["text"] for each in until_heard(page, signal, 9)[7:]] == ["five", "six"]


def test_line_from_the_past_goes_to_its_place(enter: Enter, signal: FakeSignal) -> None:
    """A snapshot that fills a hole does not disturb the order."""
    signal.lines = [line(2, "two"), line(4, "four")]
    page = enter()
    signal.lines = [line(1, "one"), line(3, "three"), line(4, "four")]
    signal.send(signal.snapshot())
    until(page, "turtus.state.messages.length === 4")
    assert said(page) == ["one", "two", "three", "four"]


def test_new_line_keeps_the_end_in_view(enter: Enter, signal: FakeSignal) -> None:
    """Those at the end stay there; those who read the past are left alone."""
    signal.lines = [line(number, f"line {number}") for number in range(1, 60)]
    page = enter()
    box = "document.querySelector('#chat-scroll')"
    signal.event(messages.Chat(line=line(60, "at the end")))
    until(page, f"{box}.scrollHeight - {box}.scrollTop - {box}.clientHeight < 2")
    page.evaluate(f"{box}.scrollTop = 0")
    signal.event(messages.Chat(line=line(61, "not here")))
    until(page, "turtus.state.messages.length === 61")
    assert page.evaluate(f"{box}.scrollTop") == 0


def test_unread_lines_are_counted(enter: Enter, signal: FakeSignal) -> None:
    """Others' lines, while the chat is not in view."""
    page = enter()
    page.locator("#panel-toggle").click()
    signal.event(messages.Chat(line=line(1, "psst")))
    signal.event(messages.Chat(line=line(2, "mine", name="Ana")))
    expect(page.locator("#panel-toggle .unread")).to_have_text("1")
    page.locator("#panel-toggle").click()
    expect(page.locator("#panel-toggle .unread")).to_be_hidden()
