"""What the sandbox server accepts, remembers and tells: the ground truth that other tests stand on."""

import base64
import hashlib
from typing import Any

import aiohttp
import pytest

from .conftest import AGENCY, ANA, Open, Sandbox

KARIM = "+33639980102"


def told(entry: dict[str, Any]) -> tuple[Any, ...]:
    return entry["direction"], entry["from"], entry["to"], entry["text"]


async def test_a_message_is_in_the_journal_when_the_device_hears_its_first_tick(sandbox: Sandbox) -> None:
    device, _ = await sandbox.linked()
    await device.say("send", id="A1", to=ANA, text="Bonjour Ana")
    ack = await device.hear("ack")
    assert ack["message"]["ack"] == 1
    [entry] = await sandbox.journal()
    assert told(entry) == ("out", AGENCY, ANA, "Bonjour Ana")
    assert entry["id"] == "A1"
    assert entry["seq"] == 1
    assert entry["media_sha256"] is None


async def test_the_same_message_repeated_after_a_reconnection_is_accepted_once(sandbox: Sandbox) -> None:
    device, token = await sandbox.linked()
    await device.say("send", id="A1", to=ANA, text="Bonjour")
    await device.hear("ack")
    await device.socket.close()
    again = await sandbox.connect(token)
    await again.hear("ready")
    await again.say("send", id="A1", to=ANA, text="Bonjour")
    assert (await again.hear("ack"))["message"]["id"] == "A1"
    assert len(await sandbox.journal()) == 1


async def test_ticks_go_on_to_delivered_and_to_read_when_the_phone_is_opened(sandbox: Sandbox) -> None:
    device, _ = await sandbox.linked()
    await device.say("send", id="A1", to=ANA, text="Bonjour")
    heard = [(await device.hear("ack"))["message"]["ack"] for _ in range(2)]
    await sandbox.control("read", phone=ANA)
    heard.append((await device.hear("ack"))["message"]["ack"])
    assert heard == [1, 2, 3]


async def test_the_journal_can_be_read_from_a_sequence_number_on(sandbox: Sandbox) -> None:
    for text in ("un", "deux", "trois"):
        await sandbox.control("reply", **{"from": ANA, "text": text})
    assert [entry["text"] for entry in await sandbox.journal(since=1)] == ["deux", "trois"]


async def test_a_reply_with_media_is_kept_with_its_checksum_and_true_type(sandbox: Sandbox) -> None:
    content = b"%PDF-1.7 visa"
    media = {"name": "visa.jpg", "mime": "image/jpeg", "base64": base64.b64encode(content).decode()}
    device, _ = await sandbox.linked()
    entry = await sandbox.control("reply", **{"from": ANA, "media": media})
    assert entry["media_sha256"] == hashlib.sha256(content).hexdigest()
    heard = await device.hear("message")
    assert heard["message"]["media"]["mime"] == "application/pdf"
    assert heard["chat"]["unread"] == 1
    answer = await sandbox.client.get(f"/media/{entry['media_sha256']}")
    assert await answer.read() == content


async def test_everything_survives_a_restart(open_sandbox: Open) -> None:
    first = await open_sandbox(tick_min_s=30, tick_max_s=30)
    device, token = await first.linked()
    await first.control("contact", number=ANA, name="Ana Martel")
    await device.say("send", id="A1", to=ANA, text="Bonjour")
    await device.hear("ack")
    await first.control("reply", **{"from": ANA, "text": "Merci"})
    await first.control("fault", kind="not_on_whatsapp", phone=KARIM)
    before = await first.journal()
    second = await open_sandbox()
    assert [told(e) for e in await second.journal()] == [told(e) for e in before]
    device = await second.connect(token)
    [chat] = (await device.hear("ready"))["chats"]
    assert (chat["title"], chat["unread"], chat["last"]["text"]) == ("Ana Martel", 1, "Merci")
    await device.say("exists", phone=KARIM, tag="t")
    assert (await device.hear("exists"))["chat"] is None


async def test_a_line_cut_by_a_crash_is_dropped_and_the_rest_kept(open_sandbox: Open, tmp_path: Any) -> None:
    first = await open_sandbox()
    await first.control("reply", **{"from": ANA, "text": "entier"})
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('{"kind": "message", "id": "cou')
    second = await open_sandbox()
    await second.control("reply", **{"from": ANA, "text": "après"})
    third = await open_sandbox()
    assert [entry["text"] for entry in await third.journal()] == ["entier", "après"]


async def test_held_ticks_hide_an_accepted_message_until_they_are_released(sandbox: Sandbox) -> None:
    device, _ = await sandbox.linked()
    await sandbox.control("fault", kind="hold_acks", on=True)
    await device.say("send", id="A1", to=ANA, text="Bonjour")
    await device.say("history", chat=ANA)
    [shown] = (await device.hear("history"))["messages"]
    assert shown["ack"] == 0
    assert len(await sandbox.journal()) == 1
    await sandbox.control("fault", kind="hold_acks", on=False)
    assert (await device.hear("ack"))["message"]["ack"] >= 1


async def test_a_dropped_message_is_not_accepted_and_the_device_is_cut_off(sandbox: Sandbox) -> None:
    device, token = await sandbox.linked()
    await sandbox.control("fault", kind="drop_before_accept", n=1)
    await device.say("send", id="A1", to=ANA, text="perdu")
    assert await device.is_cut_off()
    assert await sandbox.journal() == []
    again = await sandbox.connect(token)
    await again.hear("ready")
    await again.say("send", id="A1", to=ANA, text="perdu")
    await again.hear("ack")
    assert len(await sandbox.journal()) == 1


async def test_offline_cuts_the_device_and_refuses_it_until_cleared(sandbox: Sandbox) -> None:
    device, token = await sandbox.linked()
    await sandbox.control("fault", kind="offline")
    assert await device.is_cut_off()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await sandbox.connect(token)
    await sandbox.control("fault", kind="clear")
    await (await sandbox.connect(token)).hear("ready")


async def test_a_logged_out_device_must_be_linked_again(sandbox: Sandbox) -> None:
    device, token = await sandbox.linked()
    await sandbox.control("fault", kind="logout", number=AGENCY, reason="account_locked")
    assert (await device.hear("logout"))["reason"] == "account_locked"
    assert (await (await sandbox.connect(token)).hear("logout"))["reason"] == "unknown_companion"


async def test_a_second_tab_is_told_that_the_device_is_in_use_and_may_take_over(sandbox: Sandbox) -> None:
    first, token = await sandbox.linked()
    second = await sandbox.connect(token, tab="other")
    await second.hear("conflict")
    third = await sandbox.connect(token, tab="other", take=True)
    await third.hear("ready")
    await first.hear("conflict")


async def test_a_mirror_neither_disturbs_the_device_nor_sends(sandbox: Sandbox) -> None:
    device, _ = await sandbox.linked()
    mirror = await sandbox.connect(watch=AGENCY)
    await mirror.hear("ready")
    await mirror.say("send", id="M1", to=ANA, text="interdit")
    await device.say("send", id="A1", to=ANA, text="permis")
    await mirror.hear("ack")
    assert [entry["text"] for entry in await sandbox.journal()] == ["permis"]


async def test_a_number_without_whatsapp_receives_nothing(sandbox: Sandbox) -> None:
    device, _ = await sandbox.linked()
    await sandbox.control("fault", kind="not_on_whatsapp", phone=ANA)
    await device.say("send", id="A1", to=ANA, text="Bonjour")
    assert (await device.hear("refused"))["id"] == "A1"
    assert await sandbox.journal() == []


async def test_without_auto_phones_only_known_numbers_exist(open_sandbox: Open) -> None:
    sandbox = await open_sandbox(auto_phones=False)
    device, _ = await sandbox.linked()
    await device.say("exists", phone=ANA[1:], tag="before")
    assert (await device.hear("exists"))["chat"] is None
    await sandbox.client.post("/api/phones", json={"number": ANA})
    await device.say("exists", phone=ANA[1:], tag="after")
    assert (await device.hear("exists"))["chat"]["chat"] == ANA


async def test_reset_forgets_messages_media_and_devices(sandbox: Sandbox) -> None:
    device, token = await sandbox.linked()
    await sandbox.control("reply", **{"from": ANA, "text": "Bonjour"})
    await sandbox.control("reset")
    assert await sandbox.journal() == []
    await device.hear("logout")
    await (await sandbox.connect(token)).hear("logout")


@pytest.mark.parametrize(
    ("path", "asked", "sentence"),
    [
        ("reply", {"from": "12", "text": "x"}, "from: not a phone number with its country code"),
        ("reply", {"text": "x"}, "missing field: from"),
        ("reply", {"from": ANA}, "a reply needs text or media"),
        ("reply", {"from": ANA, "media": {"name": "a", "mime": "b", "base64": "é"}}, "media.base64: not base64"),
        ("pair", {"number": ANA}, "number: not one of the sender numbers"),
        ("fault", {"kind": "earthquake"}, "kind: one of ambush"),
    ],
    ids=["bad number", "no number", "empty", "bad base64", "unknown sender", "unknown fault"],
)
async def test_a_senseless_request_is_answered_by_one_sentence(
    sandbox: Sandbox, path: str, asked: dict[str, Any], sentence: str
) -> None:
    answer = await sandbox.client.post(f"/control/{path}", json=asked)
    assert answer.status == 400
    assert (await answer.json())["error"].startswith(sentence)


async def test_accounts_say_who_is_linked_and_connected(sandbox: Sandbox) -> None:
    async def account() -> tuple[bool, bool]:
        [told] = (await (await sandbox.client.get("/control/accounts")).json())["accounts"]
        return told["linked"], told["connected"]

    assert await account() == (False, False)
    device, _ = await sandbox.linked()
    assert await account() == (True, True)
    await device.socket.close()
    assert (await account())[0]
