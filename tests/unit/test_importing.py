"""Great Expectations is imported for what the gates use of it, in a process that has nothing else of it yet."""

import subprocess
import sys

from include.settings import PROJECT


def _in_a_process(code: str) -> str:
    code = f"import sys; from include.quality.importing import great_expectations; great_expectations(); {code}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_only_charts_and_distributions_need_is_not_run():
    assert _in_a_process("print({'scipy.stats._stats_py', 'altair.vegalite'} & set(sys.modules))") == "set()"


def test_what_is_asked_for_later_is_there():
    """By GX itself, by an import of it, and by an import that was made before."""
    assert _in_a_process(
        "kl = sys.modules['great_expectations.expectations.core.expect_column_kl_divergence_to_be_less_than']; "
        "print(kl.alt.Chart.__name__, round(kl.stats.norm.cdf(0), 1)); from scipy import stats; import altair; "
        "print(stats is kl.stats, altair is kl.alt, altair.Chart.__name__)"
    ).splitlines() == ["Chart 0.5", "True True Chart"]
