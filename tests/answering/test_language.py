"""The language of a text is told from its script or its commonest words, or not at all."""

from __future__ import annotations

import pytest

from assistant.answering.language import language

TEXTS = {
    "English": "The vendor must report a breach to the buyer without delay, and the buyer stays accountable.",
    "German": "Der Anbieter muss eine Verletzung melden, und die Verantwortung bleibt bei dem Auftraggeber.",
    "French": "Le prestataire doit signaler une violation sans retard, et le client reste responsable des données.",
    "Spanish": "El proveedor debe comunicar una violación sin demora, y el cliente es responsable de los datos.",
    "Italian": "Il fornitore deve segnalare una violazione, e il cliente non è esonerato dalla responsabilità.",
    "Portuguese": "O fornecedor deve comunicar uma violação sem demora, e o cliente não fica isento dos dados.",
    "Dutch": "De leverancier moet een inbreuk melden, en het is niet de klant die daar van wordt vrijgesteld.",
    "CYRILLIC": "Поставщик должен сообщить о нарушении без промедления.",
    "CJK": "供应商必须立即报告违规行为。",
    "HANGUL": "공급업체는 위반 사항을 즉시 보고해야 합니다.",
    "ARABIC": "يجب على المورد الإبلاغ عن الخرق دون تأخير",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_sentence_tells_its_language(name: str) -> None:
    assert language(TEXTS[name]) == name


@pytest.mark.parametrize("text", ["", "Payroll Florida", "HIPAA 45 CFR 164.410", "[1] 60 %"])
def test_what_could_be_any_language_is_none(text: str) -> None:
    assert language(text) == ""
