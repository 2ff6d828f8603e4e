"""The embedding model as an ONNX export: written when an index is built, read when questions are answered."""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.index.embedder import BATCH, PROBES, SentenceEmbedder, read_tokenizer, stay_offline

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

SAME_ENCODER = 0.9999
"""Least cosine between an export's vectors and the model's own for it to take the model's place."""


class OnnxEmbedder:
    """The same model as an ONNX export; starts in a fraction of a second and needs no torch.

    It is read on first use, or from `begin` on.

    Args:
        folder: what `export` wrote.
        threads: processor threads for one call; 0 is one.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.folder = folder
        self.threads = threads or 1
        self._opening = threading.Lock()
        facts = json.loads((folder / "encoder.json").read_text("utf-8"))
        self.name: str = facts["name"]
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self.max_tokens: int = facts["max_tokens"]
        self._inputs: list[str] = facts["inputs"]
        self._document_prompt: str = facts["document_prompt"]
        self._query_prompt: str = facts["query_prompt"]
        self._tokenizer = read_tokenizer(folder / "tokenizer.json")
        self._tokenizer.enable_truncation(self.max_tokens)
        pad = facts["pad"]
        self._tokenizer.enable_padding(pad_id=pad["id"], pad_type_id=pad["type"], pad_token=pad["token"])

    def begin(self) -> None:
        """Begin to read the model on a thread of its own; whatever needs it first waits for it."""
        stay_offline()
        self._pool.submit(lambda: self._session)

    @property
    def _session(self) -> InferenceSession:
        with self._opening:  # else several threads would each read it
            return self._opened

    @cached_property
    def _opened(self) -> InferenceSession:
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

    @cached_property
    def _counter(self) -> Tokenizer:
        return read_tokenizer(self.folder / "tokenizer.json")

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
