import asyncio
from collections.abc import AsyncGenerator

from serving import awaited

from assistant.web import sse


async def collected(events, *, every: float) -> list[bytes]:
    return [event async for event in sse.with_heartbeats(events, every=every)]


def test_silence_is_filled_with_comments() -> None:
    async def slow() -> AsyncGenerator[bytes, None]:
        yield b"a"
        await asyncio.sleep(0.15)
        yield b"b"

    found = awaited(collected(slow(), every=0.04))
    assert (found[0], found[-1]) == (b"a", b"b")
    assert set(found[1:-1]) == {sse.HEARTBEAT}
    assert len(found) >= 4


def test_whoever_stops_reading_closes_the_source() -> None:
    closed = []

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"a"
        finally:
            closed.append(True)

    async def read_two() -> None:
        reading = sse.with_heartbeats(endless(), every=1)
        assert [await anext(reading), await anext(reading)] == [b"a", b"a"]
        await reading.aclose()
        assert closed

    awaited(read_two())


def test_an_event_is_one_json_line_whatever_it_says() -> None:
    assert sse.event({"text": "a\nb\r\n\u2028data: x"}, name="sentence").count(b"\ndata: ") == 1
