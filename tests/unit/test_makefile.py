"""The commands a person types: each is explained, and those that share parts share them truly."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from include.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^\.PHONY: ([a-z-]+)$", MAKEFILE, re.MULTILINE)


def make(*arguments: str) -> subprocess.CompletedProcess:
    """Run make as from a fresh shell: what an outer make was given, CONFIRM above all, must not reach this one."""
    handed_down = {"MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL", "CONFIRM", "AS_AT", "KNOWN_ON", "ROLE"}
    handed_down |= {"SOURCE", "DATE", "FINGERPRINT", "WHY", "SLICE", "TABLE", "KEY", "ALL"}
    env = {name: value for name, value in os.environ.items() if name not in handed_down}
    return subprocess.run(
        ["make", *arguments], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_make_alone_lists_every_command():
    listed = re.findall(r"^  make ([a-z-]+) +(\S.*)$", make().stdout, re.MULTILINE)
    assert [name for name, _ in listed] == TARGETS
    assert {"run", "test", "check", "torture", "bench", "up", "down", "sql", "url", "sample"} <= set(TARGETS)
    assert {"batches", "land", "withdraw", "known", "publish", "release", "rollback"} <= set(TARGETS)


@pytest.mark.parametrize("target", [name for name in TARGETS if name not in {"help", "setup", "check"}])
def test_every_command_makes_the_environment_first(target):
    first = make("-n", target, "CONFIRM=yes").stdout.splitlines()[0]
    assert "include/commands/environment.py" in first


def test_a_day_and_a_role_are_passed_on():
    run = make("-n", "run", "AS_AT=2026-01-31", "KNOWN_ON=2026-02-28").stdout
    assert "run --as-at 2026-01-31 --known-on 2026-02-28" in run
    assert make("-n", "sql").stdout.rstrip().endswith("sql permanence_reader")
    assert make("-n", "sql", "ROLE=permanence_builder").stdout.rstrip().endswith("sql permanence_builder")


def test_clean_asks_first():
    done = make("clean")
    assert done.returncode != 0
    assert "CONFIRM=yes" in done.stdout


def test_what_test_and_torture_and_bench_choose():
    assert '-m "not torture and not bench"' in make("-n", "test").stdout
    assert "-m torture" in make("-n", "torture").stdout
    assert "-m bench" in make("-n", "bench").stdout


def test_commit_hooks_run_what_check_runs():
    parts = re.search(r"^CHECKS := (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    assert "$(CHECKS)" in re.search(r"^check: .*\n\t(.*)$", MAKEFILE, re.MULTILINE)[1]
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == [f"make {part}" for part in parts]


def test_sql_that_passed_is_looked_at_again_when_it_or_what_decides_its_style_changes(tmp_path):
    first, second, style = (tmp_path / name for name in ("first.sql", "second.sql", "style"))
    for path in (first, second, style):
        path.touch()
    of_these = [f"SQL_FILES={first} {second}", f"SQL_STYLE={style}", f"SQL_PASSED={tmp_path / 'passed'}"]

    def looked_at(*others: str, linter: str = "echo") -> set[str]:
        done = make("lint-sql", *of_these, f"SQLFLUFF={linter}", *others)
        return set(re.findall(r"[a-z]+\.sql", done.stdout))

    def change(path) -> None:
        later = (tmp_path / "passed").stat().st_mtime + 1
        os.utime(path, (later, later))

    assert looked_at() == {"first.sql", "second.sql"}
    assert looked_at() == set()
    change(second)
    assert looked_at(linter="false") == set()  # it failed: it has not passed
    assert looked_at() == {"second.sql"}
    assert looked_at("ALL=yes") == {"first.sql", "second.sql"}
    change(style)
    assert looked_at() == {"first.sql", "second.sql"}


def test_ci_runs_make_test(tmp_path):
    """From whatever folder it is called, and with make's own exit status."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "Makefile").write_text("test:\n\t@pwd\n\t@exit 3\n")
    done = subprocess.run([tmp_path / ".ci" / "run"], cwd="/", capture_output=True, text=True, check=False)
    assert str(tmp_path) in done.stdout
    assert done.returncode == 2  # make's own status of a failed recipe


def test_environment_is_made_from_the_lock_and_made_again_when_it_changes(tmp_path):
    """A project without packages, made by the same script and a real uv."""
    (tmp_path / "include" / "commands").mkdir(parents=True)
    script = tmp_path / "include" / "commands" / "environment.py"
    shutil.copy(PROJECT / "include" / "commands" / "environment.py", script)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.12,<3.14"\n')
    (tmp_path / ".python-version").write_text("3.12\n")
    lock = tmp_path / "uv.lock"
    lock.write_text(
        'version = 1\nrequires-python = ">=3.12, <3.14"\n\n'
        '[[package]]\nname = "x"\nversion = "1"\nsource = { virtual = "." }\n'
    )
    if (PROJECT / ".local" / "uv").is_dir():
        (tmp_path / ".local").mkdir()
        (tmp_path / ".local" / "uv").symlink_to(PROJECT / ".local" / "uv")

    def made() -> str:
        done = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "making .venv" in made()
    version = subprocess.run([tmp_path / ".venv" / "bin" / "python", "-V"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("Python 3.12")
    assert made() == ""
    lock.write_text(lock.read_text() + "\n")
    assert "making .venv" in made()
    shutil.rmtree(tmp_path / ".venv")
    assert "making .venv" in made()


def test_environment_without_uv_or_venv_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.path.insert(0, 'include/commands')\n"
        "import environment, pathlib\n"
        "environment.shutil.which = lambda name: None\n"
        "sys.executable = '/bin/false'\n"
        f"environment.find_uv(pathlib.Path({str(tmp_path)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
