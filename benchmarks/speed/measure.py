"""What every part of the measurement shares: bars, the machine, processes that are timed, and the file of a part."""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "evals" / "performance"
PACKAGES = ("chromadb", "onnxruntime", "sentence-transformers", "torch", "transformers", "numpy", "gradio")


@dataclass(frozen=True)
class Bar:
    """A figure beside what it must reach."""

    id: str
    """Of its part, and the key of its reason in `reasons.toml` where it is missed."""
    what: str
    figure: float
    bar: float
    unit: str
    least: bool = False
    """Whether the figure must reach the bar; else it must not pass it."""

    @property
    def met(self) -> bool:
        return self.figure >= self.bar if self.least else self.figure <= self.bar

    def line(self) -> str:
        sign = ">=" if self.least else "<="
        told = "met" if self.met else "MISSED"
        return f"{self.what:66} {self.figure:>9.4g} {self.unit:12} {sign} {self.bar:g}: {told}"


def write(part: str, bars: Sequence[Bar], details: Mapping[str, Any], *, folder: Path = RESULTS) -> Path:
    """Write and print what a part has measured; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{part}.json"
    stored = {
        "part": part,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "bars": [{**asdict(bar), "figure": significant(bar.figure), "met": bar.met} for bar in bars],
        **rounded(details),
    }
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for bar in bars:
        print(bar.line(), flush=True)
    print(f"written: {path}", flush=True)
    return path


def machine() -> dict[str, Any]:
    """Return what a reader must know of the machine to judge the figures."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8")
    name = re.search(r"model name\s*:\s*(.+)", cpu)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("utf-8"))
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
    return {
        "processor": name[1].strip() if name else platform.processor(),
        "cores": os.cpu_count(),
        "instructions": [flag for flag in wanted if re.search(rf"\b{flag}\b", cpu)],
        "memory_gb": round(int(memory[1]) / 2**20) if memory else 0,
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "load_before": round(os.getloadavg()[0], 1),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip(),
    }


@dataclass(frozen=True)
class Timed:
    """A process that ran to its end."""

    seconds: float
    processor: float
    """Seconds of processor time, its children's included."""
    megabytes: float
    """Most memory that it or a child of it had at once."""
    out: str


def timed(command: Sequence[str], *, environ: Mapping[str, str] | None = None) -> Timed:
    """Run a command to its end. Raises where it fails, with what it said."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(environ or {})}, stdout=-1, stderr=-1, text=True
    ) as running:
        out, complaint = running.communicate()
    if running.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{out[-2000:]}\n{complaint[-2000:]}")
    seconds, after = perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timed(seconds, processor, after.ru_maxrss / 1024, out)  # the most of all children so far


def assistant(*arguments: str) -> list[str]:
    """Return the command of the assistant in this environment."""
    return [sys.executable, "-m", "assistant.cli", *arguments]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return number, median, 95th percentile and most."""
    return {"n": len(values), "p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "most": max(values)}


def disk_megabytes(folder: Path) -> float:
    """Return the size of all files below a folder, each counted once however many names it has."""
    return sum({s.st_ino: s.st_size for p in folder.rglob("*") if p.is_file() and (s := p.stat())}.values()) / 1e6


def significant(value: float) -> float:
    """Return the value with four significant figures."""
    return float(f"{value:.4g}")


def rounded(value: Any) -> Any:
    """Return a tree with its figures shortened."""
    if isinstance(value, float):
        return significant(value)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
