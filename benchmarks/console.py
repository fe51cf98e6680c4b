"""How quick the console is with a hundred thousand open cases: at the server, and until a browser can be used.

`python -m benchmarks.console` prints a table. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import urllib.request
from pathlib import Path
from time import perf_counter

from playwright.sync_api import sync_playwright

from tests.browser.parts import FLAGS, chromium
from tests.consoles import COOKIE, Clock, console
from tests.gates import THREE_PHONES
from tests.ledgers import held
from tests.servers.host import Hosted

CASES = 100_000
ROUNDS = 20
READY = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, console(Path(folder), clock=Clock(None)) as rig:
        readable = [
            rig.hold(f"{THREE_PHONES} {n}") for n in range(50)
        ]  # the first page, with texts to unseal and cover

        def fill(tx) -> None:
            due = rig.clock().replace(year=2040)
            for number in range(readable[-1] + 1, 1001 + CASES):
                tx.open_case(held(number, due=due, sealed=None))

        rig.opened.store.write_now(fill)
        hosted = Hosted(lambda _: rig.app)
        for path in ("/queue", f"/cases/{readable[0]}"):
            times = []
            for _ in range(ROUNDS):
                request = urllib.request.Request(hosted.url + path, headers={"cookie": f"{COOKIE}=ana"})
                started = perf_counter()
                with urllib.request.urlopen(request) as answer:
                    answer.read()
                times.append((perf_counter() - started) * 1000)
            print(f"{path:<14} at the server   median {statistics.median(times):6.0f} ms   worst {max(times):6.0f} ms")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, env={"LANG": "C.UTF-8"})
            times = []
            for _ in range(5):
                context = browser.new_context(locale="en-GB")
                context.add_cookies([{"name": COOKIE, "value": "ana", "url": hosted.url}])
                page = context.new_page()
                page.goto(f"{hosted.url}/queue", wait_until="domcontentloaded")
                times.append(page.evaluate(READY))
                context.close()
            print(f"{'/queue':<14} until it can be used, nothing cached   median {statistics.median(times):6.0f} ms")
            browser.close()
        hosted.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
