from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingsError, WrongModel
from assistant.index import embedder as embedders
from assistant.index import exported as exports
from assistant.index.embedder import PROBES, SentenceEmbedder, find_model, model_stamp
from assistant.index.exported import SAME_ENCODER, OnnxEmbedder, export

TEXTS = [*PROBES, "", "x", "a longer sentence about the notice of a contract " * 40, "日本語 and Ünïcödé"]


@pytest.fixture(scope="module")
def installed() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture(scope="module")
def encoder(installed: SentenceEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "encoder"
    assert export(installed, folder, sample=TEXTS)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(find_model(""), tmp_path / "model")


def test_the_fingerprint_is_of_the_files_and_not_of_their_place(copy: Path, installed: SentenceEmbedder) -> None:
    assert SentenceEmbedder(str(copy)).fingerprint == installed.fingerprint
    assert len(installed.fingerprint) == 64


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json", "modules.json"])
def test_another_file_is_another_model(copy: Path, file: str, installed: SentenceEmbedder) -> None:
    with (copy / file).open("r+b") as changed:
        changed.seek(-2, 2)
        changed.write(b" ")
    assert SentenceEmbedder(str(copy)).fingerprint != installed.fingerprint


def test_the_stamp_changes_with_the_files(copy: Path) -> None:
    before = model_stamp(copy)
    assert model_stamp(copy) == before
    (copy / "modules.json").touch()
    assert model_stamp(copy) != before


def test_one_changed_byte_in_the_installed_weights_is_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (copy / "model.safetensors").open("r+b") as weights:
        weights.seek(1_000_000)
        weights.write(b"\x00\x01")
    monkeypatch.setattr(embedders, "find_model", lambda name: copy)
    with pytest.raises(WrongModel, match="differ"):
        SentenceEmbedder().encode(["text"])


def test_a_model_that_is_not_here_is_said_so_at_once() -> None:
    started = time.perf_counter()
    with pytest.raises(SettingsError) as refused:
        find_model("nobody/has-this-model")
    assert time.perf_counter() - started < 5
    assert "ASSISTANT_EMBEDDING_MODEL" in refused.value.hint


def test_tokens_are_counted_without_the_models_own_marks(installed: SentenceEmbedder) -> None:
    assert installed.tokens("") == 0
    assert installed.tokens("two words") == 2
    assert installed.tokens("word " * 1000) == 1000
    assert (installed.max_tokens, installed.dimension) == (256, 384)


@pytest.mark.model
def test_vectors_are_of_length_one(installed: SentenceEmbedder) -> None:
    vectors = installed.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert installed.encode([]).shape == (0, 384)


@pytest.mark.model
def test_the_export_gives_the_models_own_vectors(installed: SentenceEmbedder, encoder: Path) -> None:
    exported = OnnxEmbedder(encoder)
    assert np.sum(installed.encode(TEXTS) * exported.encode(TEXTS), axis=1).min() >= SAME_ENCODER
    for text in TEXTS:
        assert np.dot(installed.embed_query(text), exported.embed_query(text)) >= SAME_ENCODER
        assert exported.tokens(text) == installed.tokens(text)
    assert exported.fingerprint == installed.fingerprint
    assert exported.encode([]).shape == (0, 384)


@pytest.mark.model
def test_an_export_that_gives_other_vectors_is_thrown_away(
    installed: SentenceEmbedder, tmp_path: Path, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(embedder: SentenceEmbedder, folder: Path) -> None:
        shutil.copytree(encoder, folder, dirs_exist_ok=True)
        facts = json.loads((folder / "encoder.json").read_text())
        (folder / "encoder.json").write_text(json.dumps({**facts, "document_prompt": "passage: "}))

    monkeypatch.setattr(exports, "_write_export", write)
    assert not export(installed, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()


@pytest.mark.model
def test_answering_imports_neither_torch_nor_transformers(encoder: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from assistant.index.exported import OnnxEmbedder
OnnxEmbedder(Path({str(encoder)!r})).embed_query("Who pays?")
print([m for m in ("torch", "transformers", "sentence_transformers") if m in sys.modules])
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
