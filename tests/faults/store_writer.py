"""Writes to a store until it is killed, and says on stdout what was acknowledged: run by the tests, as a process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.ledgers import delivery, opened


async def client(here, name: str, units: int) -> None:
    for number in range(units):
        sent = delivery(id=f"{name}-{number:06d}")

        def work(tx, sent=sent):
            tx.add_delivery(sent)
            return here.append(tx, event=sent.id)

        await here.store.write(work)
        sys.stdout.write(f"{sent.id}\n")
        sys.stdout.flush()


async def main(folder: str, name: str, clients: int, units: int) -> None:
    with opened(Path(folder)) as here:
        await asyncio.gather(*(client(here, f"{name}{number:02d}", units) for number in range(clients)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
