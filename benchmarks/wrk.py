"""Drives `wrk`: the same clean posts, each 250 bytes of JSON, through whichever door it is pointed at."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import corpus

BODY_BYTES = 250
BODIES = 2000
TOKEN = "benchmark" + "-token"
"""The invented person's bearer token; the upstream takes any."""

SCRIPT = """\
-- Made by benchmarks/wrk.py: cycles through ready-made requests, then prints one line of JSON.
local bodies = {
%s
}
local requests, at = {}, 0
function init()
  local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer %s"}
  for n, body in ipairs(bodies) do requests[n] = wrk.format("POST", "/api/v1/statuses", headers, body) end
  at = math.random(#requests)
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests": %%d, "seconds": %%.6f, "p50_us": %%d, "p99_us": %%d, "bad_status": %%d, "broken": %%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk saw. Latencies in microseconds."""

    requests: int
    seconds: float
    p50_us: int
    p99_us: int
    bad_status: int
    broken: int

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds

    def as_json(self) -> dict[str, float]:
        return {**asdict(self), "rate": round(self.rate, 1)}


def bodies(count: int = BODIES) -> list[bytes]:
    """Distinct posts as JSON, each exactly BODY_BYTES long, clean to every engine: simple ones take a mention for an e-mail."""
    made: dict[bytes, None] = {}
    for sample in corpus.posts(count * 3, pii_share=0.0):
        body = _body(sample.text, sample.language)
        # An address cut short names a host of its own network, which is a finding
        if body is not None and b"@" not in body and b"://" not in body:
            made[body] = None
        if len(made) == count:
            break
    return list(made)


def _body(text: str, language: str) -> bytes | None:
    """The text cut and filled up so that the whole body has the wanted size; None when it is too short."""

    def encode(status: str) -> bytes:
        fields = {"status": status, "visibility": "public", "language": language}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    while text and len(encode(text)) > BODY_BYTES:
        text = text[:-1]
    missing = BODY_BYTES - len(encode(text))
    return encode(text + "." * missing) if missing < 8 else None


def write_script(folder: Path) -> Path:
    """The Lua script with all bodies in it."""
    lines = ",\n".join(f"[=[{body.decode()}]=]" for body in bodies())
    script = folder / "posts.lua"
    script.write_text(SCRIPT % (lines, TOKEN), encoding="utf-8")
    return script


def drive(port: int, connections: int, seconds: int, script: Path) -> Load:
    """One run of wrk with one thread. RuntimeError when wrk does not report."""
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "20s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    return parse(done.stdout, done.stderr)


def parse(output: str, errors: str = "") -> Load:
    """The line of JSON in wrk's output."""
    for line in output.splitlines():
        if line.startswith("JSON "):
            return Load(**json.loads(line[5:]))
    raise RuntimeError(f"wrk reported nothing: {(errors or output).strip()[-300:]}")
