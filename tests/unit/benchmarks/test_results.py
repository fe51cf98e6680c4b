"""Numbers must not flatter: ratios within rounds, percentiles, the check of the log, and what the page says."""

import pytest

from benchmarks import __main__ as command
from benchmarks import http_load, inspection, report, servers, stats, wrk


def test_percentile_is_a_value_that_was_seen():
    values = [float(number) for number in range(1, 101)]
    assert stats.percentile(values, 0.5) == 51
    assert stats.percentile(values, 0.99) == 100
    assert stats.percentile([7.0], 0.99) == 7


def test_ratios_are_taken_round_by_round():
    found = stats.ratios([10.0, 40.0, 90.0], [10.0, 20.0, 30.0])
    assert found == {"median": 2.0, "min": 1.0, "max": 3.0}


def test_wrk_line_is_read():
    line = 'JSON {"requests": 100, "seconds": 2.0, "p50_us": 10, "p99_us": 20, "bad_status": 1, "broken": 0}'
    load = wrk.parse(f"Running 2s test\n{line}\n")
    assert load.rate == 50
    assert load.bad_status == 1


def test_wrk_that_says_nothing_is_an_error():
    with pytest.raises(RuntimeError, match="connection refused"):
        wrk.parse("", "unable to connect: connection refused")


def run(**changes):
    return {"connections": 32, "posts": 1000, "decisions": 1010, "allowed": 1010, "leaves": 2020} | changes


def test_a_log_with_one_decision_per_post_is_faithful():
    assert http_load.faithful([run(), run(decisions=1032, allowed=1032)])


@pytest.mark.parametrize(
    "wrong",
    [{"decisions": 999, "allowed": 999}, {"decisions": 1033, "allowed": 1033}, {"allowed": 1009}, {"leaves": 900}],
)
def test_a_log_that_misses_or_invents_decisions_is_not(wrong):
    assert not http_load.faithful([run(), run(**wrong)])


def test_a_log_that_was_never_read_is_not():
    assert not http_load.faithful([])


def test_status_has_the_promised_size():
    assert len(servers.status_json()) == servers.STATUS_BYTES


def entry(engine, number, seconds):
    return {"extra_info": {"engine": engine, "slice": number, "what": engine}, "stats": {"data": seconds}}


def test_inspection_summary_compares_slice_by_slice():
    raw = {"benchmarks": [
        entry("guard", 0, [1e-6, 1e-6]), entry("presidio", 0, [30e-6, 30e-6]),
        entry("guard", 1, [2e-6, 2e-6]), entry("presidio", 1, [80e-6, 80e-6]),
    ]}  # fmt: skip
    found = inspection.summary(raw)
    assert found["ratio_mean"] == {"median": 35.0, "min": 30.0, "max": 40.0}
    assert found["engines"]["guard"]["posts"] == 4


def results(**parts):
    machine = {"cpu": "Some CPU", "cores": 2, "system": "Linux", "python": "3.11.7", "disk": "ext4", "load_before": 0.1}
    return {"quick": False, "machine": machine, "parts": parts}


def test_what_is_missing_is_said_in_one_line():
    text = report.markdown(results(http={"missing": {"http": "wrk is missing"}}))
    assert "not measured: http: wrk is missing" in text


def test_a_missed_goal_is_named():
    spread = {"median": 0.1, "min": 0.1, "max": 0.1}
    load = {"rate": spread, "p50_us": 1, "p99_us": 2, "cpu_us": 3.0}
    door = {"memory_mb": 1.0, "c1": load, "c32": load}
    audit = {"one_decision_per_post": False, "runs": [{"posts": 2, "decisions": 1}]}
    part = {
        "rounds": 1, "seconds": 1, "neighbours_busy_cores": spread, "missing": {}, "doors": {"gate": door},
        "ratios": {"gate/nginx c32": spread}, "audit": audit,
    }  # fmt: skip
    text = report.markdown(results(http=part))
    assert "NOT met" in text
    assert "WRONG" in text


def test_tables_go_between_the_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.START}\nold\n{report.END}\nafter\n", encoding="utf-8")
    report.write_docs(page, results())
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "Some CPU" in text


def test_a_page_without_markers_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("mine\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no markers"):
        report.write_docs(page, results())
    assert page.read_text(encoding="utf-8") == "mine\n"


def test_all_parts_are_measured_when_none_is_named(monkeypatch, capsys):
    asked = []

    def measure(names, *, quick):
        asked.append((names, quick))
        return results()

    monkeypatch.setattr(command, "measure", measure)
    assert command.main([]) == 0
    assert command.main(["http", "--quick"]) == 0
    assert asked == [(["inspect", "detection", "models", "http", "audit", "policies"], False), (["http"], True)]
    assert "Some CPU" in capsys.readouterr().out


def test_an_unknown_part_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["htp"])
    assert stopped.value.code == 2
    assert "there are inspect, detection, models, http, audit, policies and docs" in capsys.readouterr().err
