"""Background tasks end, whatever swallows a cancellation."""

import asyncio

import pytest

from shared.tasks import end, pause


async def test_a_task_that_swallows_a_cancellation_ends_all_the_same() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end([task], patience=0.1)
    assert (task.cancelled(), swallowed) == (True, 2)


async def test_a_task_that_takes_its_time_to_clean_up_is_not_disturbed() -> None:
    cleaned = []

    async def careful() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(1.2)
            cleaned.append(True)

    task = asyncio.create_task(careful())
    await asyncio.sleep(0)
    await end([task])
    assert cleaned == [True]


@pytest.mark.parametrize(("took", "rest"), [(0.001, 2.0), (0.1, 2.0), (0.5, 10.0), (60.0, 300.0)])
def test_a_measurement_takes_at_most_a_twentieth_of_the_time(took: float, rest: float) -> None:
    assert pause(2.0, took) == rest
