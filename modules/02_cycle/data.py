"""
Data of one variant: an inspection, a calendar and a collection plan of one invented unit.

Each table is written once a language, for the learner's screen. The solver reads the English ones and
`tasks.csv`, which holds codes. A code says nothing of the key to whoever does not know the solver.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
Row = tuple[str, ...]

KINDS = {
    "stovepipes": ("F03", "F11"),
    "everything": ("F07", "F14"),
    "noquestion": ("F01", "F09"),
    "unanswered": ("F12", "F05"),
    "late": ("F16", "F02"),
    "feedback": ("F08", "F13"),
    "sound": ("F04", "F15", "F10", "F06"),
}
"""Codes of findings, by what they show."""
KINDS_OF_SOURCE = ("L1", "L2", "L3", "L4", "L5", "L6", "L7")
NAMED = ("L8", "L9")
"""Sources that name a person."""
LAWFUL = ("B2", "B4", "B5", "B7")
"""Bases that stand in the invented law."""
BASELESS = ("B1", "B3", "B6")
"""What is written where a basis should stand."""
TASKS = 7
"""Tasks in a plan."""
SPANS = (2, 9, 3, 3, 5, 2)
"""Days planned for each step, from direction to dissemination."""


def make(variant: int, seed: int) -> dict[str, str]:
    """Return file name to text for one variant."""
    rng = np.random.default_rng(seed)
    asked = dt.date(2025, 9, 1) + dt.timedelta(days=int(rng.integers(0, 5)))
    needed = asked + dt.timedelta(days=28)
    questions, tasks = _plan(rng, needed)
    findings, steps = _findings(rng), _steps(rng, asked - dt.timedelta(days=70))
    files = {"tasks.csv": _text(("task", "question", "look", "due", "basis"), tasks)}
    for side, language in enumerate(("en", "ru")):
        unit = f"P{variant % len(UNITS) + 1}"
        tables: dict[str, list[Row]] = {
            "unit": [(UNITS[unit][side], _day(asked, side), _day(needed, side))],
            "findings": [(code, FINDINGS[code][side]) for code in findings],
            "steps": [
                (step, STEPS[step][side], _day(planned, side), _day(done, side))
                for step, planned, done in steps
            ],
            "questions": [(code, QUESTIONS[code][side]) for code in questions],
            "tasks": [
                (
                    task,
                    question,
                    LOOKS[look][side],
                    _day(dt.date.fromisoformat(due), side),
                    BASES[basis][side],
                )
                for task, question, look, due, basis in tasks
            ],
        }
        for name, rows in tables.items():
            files[f"{name}.{language}.csv"] = _text(HEADERS[name][side], rows)
    return files


def _findings(rng: np.random.Generator) -> list[str]:
    """Draw six findings: one or two that are sound, the rest from different breaks."""
    sound = 1 + int(rng.integers(0, 2))
    breaks = _some(rng, [kind for kind in KINDS if kind != "sound"], 6 - sound)
    drawn = [*_some(rng, KINDS["sound"], sound), *(_some(rng, KINDS[kind], 1)[0] for kind in breaks)]
    return _some(rng, drawn, len(drawn))


def _steps(rng: np.random.Generator, asked: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """Draw the calendar of an earlier product: two or three steps lose days, the others hand the delay on."""
    lost = [0] * len(SPANS)
    slow = _some(rng, range(1, len(SPANS)), 2 + int(rng.integers(0, 2)))
    lost[slow[0]] = 5 + int(rng.integers(0, 5))
    for step in slow[1:]:
        lost[step] = 1 + int(rng.integers(0, 3))
    planned, delay, rows = asked, 0, []
    for step, span in enumerate(SPANS):
        planned += dt.timedelta(days=span)
        delay += lost[step]
        rows.append((f"S{step + 1}", planned, planned + dt.timedelta(days=delay)))
    return rows


def _plan(rng: np.random.Generator, needed: dt.date) -> tuple[list[str], list[Row]]:
    """Draw five questions and seven tasks; no task has more than one fault."""
    questions = sorted(_some(rng, QUESTIONS, 5))
    states = ["in_time", *_some(rng, ("late", "no_basis", "nobody"), 3)]
    states += _some(rng, ("in_time", "late", "no_basis", "nobody"), 1)
    state = dict(zip(questions, _some(rng, states, 5), strict=True))
    served = [name for name in questions if state[name] == "in_time"]
    faults = [(name, state[name]) for name in questions if state[name] != "nobody"]
    faults += [("—", "no_question"), (_some(rng, served, 1)[0], "named")]
    faults += [(_some(rng, served, 1)[0], "in_time") for _ in range(TASKS - len(faults))]
    looks = iter(_some(rng, KINDS_OF_SOURCE, len(KINDS_OF_SOURCE)))
    tasks = []
    for place, (name, fault) in enumerate(_some(rng, faults, len(faults)), start=1):
        early = needed - dt.timedelta(days=3 + int(rng.integers(0, 15)))
        after = needed + dt.timedelta(days=2 + int(rng.integers(0, 9)))
        look = _some(rng, NAMED, 1)[0] if fault == "named" else next(looks)
        basis = _some(rng, BASELESS if fault == "no_basis" else LAWFUL, 1)[0]
        tasks.append((f"T{place}", name, look, str(after if fault == "late" else early), basis))
    return questions, tasks


def _some(rng: np.random.Generator, things: Iterable[T], n: int) -> list[T]:
    """Draw n of the things, in a random order."""
    held = list(things)
    return [held[place] for place in rng.permutation(len(held))[:n]]


def _day(day: dt.date, side: int) -> str:
    return f"{day:%d.%m.%Y}" if side else f"{day}"


def _text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()


HEADERS: dict[str, tuple[Row, Row]] = {
    "unit": (
        ("Unit", "Requirement asked on", "Reports needed by"),
        ("Подразделение", "Запрос поступил", "Сообщения нужны до"),
    ),
    "findings": (("№", "What was found"), ("№", "Что найдено")),
    "steps": (("№", "Step", "Planned", "Done"), ("№", "Шаг", "По плану", "Фактически")),
    "questions": (("№", "Question"), ("№", "Вопрос")),
    "tasks": (
        ("№", "Question", "Source and method", "Due", "Lawful basis"),
        ("№", "Вопрос", "Источник и способ", "Срок", "Правовое основание"),
    ),
}
"""Headings; the first column, which identifies a row, has one name in all languages."""
UNITS: dict[str, Row] = {
    "P1": (
        "the unit in Zolovan; fuel is stolen from parked lorries",
        "подразделение в Золоване; у стоящих грузовиков сливают топливо",
    ),
    "P2": (
        "the unit in Narshumet; copper is stolen from the yards of the mine",
        "подразделение в Наршумете; со складов рудника крадут медь",
    ),
    "P3": (
        "the unit in Dulkobor; sheep are stolen from summer pastures",
        "подразделение в Дулкоборе; с летних пастбищ крадут овец",
    ),
    "P4": (
        "the unit in Zimtel; parcels are stolen from lockers",
        "подразделение в Зимтеле; из ячеек крадут посылки",
    ),
    "P5": (
        "the unit in Oshkogan; tools are stolen from building sites",
        "подразделение в Ошкогане; со строек крадут инструмент",
    ),
    "P6": (
        "the unit in Terzemir; telephones are stolen at bus stations",
        "подразделение в Терземире; на автовокзалах крадут телефоны",
    ),
    "P7": (
        "the unit in Palrigan; goods are stolen from containers",
        "подразделение в Палригане; из контейнеров крадут товар",
    ),
    "P8": (
        "the unit in Shimedun; freight is stolen from standing trains",
        "подразделение в Шимедуне; из стоящих поездов крадут груз",
    ),
}
FINDINGS: dict[str, Row] = {
    "F01": (
        "Each month the analyst draws a chart of all calls of the year. It is on no agenda, and nobody can say who wanted it.",
        "Каждый месяц аналитик рисует график всех вызовов за год. Ни на одном совещании его не рассматривают, и никто не знает, кто его хотел.",
    ),
    "F02": (
        "The weekly picture is complete and correct. It goes out on Thursday; officers are assigned on Monday.",
        "Недельная картина полна и верна. Её рассылают в четверг; наряды распределяют в понедельник.",
    ),
    "F03": (
        "The railway police and the district have both noted the same van since spring. Neither can search the other's book.",
        "Железнодорожная полиция и район с весны отмечают один и тот же фургон. Ни те ни другие не могут искать в чужом журнале.",
    ),
    "F04": (
        "Before anybody was sent out, the head of unit named the decision, its day, and three questions.",
        "Прежде чем кого-либо отправить, начальник назвал решение, его день и три вопроса.",
    ),
    "F05": (
        "A question of March stands in the plan with no task beside it. In June nobody had been asked to look.",
        "Вопрос от марта стоит в плане, задания рядом с ним нет. К июню искать ответ не поручили никому.",
    ),
    "F06": (
        "Two answers disagreed. The product gave both, and said which one more source could tell them apart.",
        "Два ответа расходились. В продукте приведены оба и сказано, какой ещё источник мог бы их рассудить.",
    ),
    "F07": (
        "At every stop patrols fill in forty fields. Nobody could name a decision that needs them.",
        "При каждой остановке машины патруль заполняет сорок граф. Никто не смог назвать решение, которому они нужны.",
    ),
    "F08": (
        "Officers wrote eleven reports. None has heard what became of them, and since August nobody writes.",
        "Сотрудники написали одиннадцать сообщений. Что с ними стало, никто не узнал, и с августа никто не пишет.",
    ),
    "F09": (
        "A report of sixty pages went to nine offices. None of them had ordered it, and none has used it.",
        "Доклад на шестьдесят страниц ушёл в девять ведомств. Ни одно его не заказывало, и ни одно им не воспользовалось.",
    ),
    "F10": (
        "Each report that was used got an answer within a week: what it was worth, and what is asked next.",
        "На каждое использованное сообщение за неделю ответили: чего оно стоило и что спрашивают дальше.",
    ),
    "F11": (
        "The border post keeps its reports in a folder of its own. The unit, which works on the same goods, learned of them from a newspaper.",
        "Пограничный пост хранит сообщения в своей папке. Подразделение, которое занимается тем же товаром, узнало о них из газеты.",
    ),
    "F12": (
        "The chief asked where the stolen goods are sold. The product describes how they are stolen.",
        "Начальник спросил, где продают краденое. Продукт описывает, как крадут.",
    ),
    "F13": (
        "Lamps were put up on the unit's advice. Since then nobody has counted whether fewer thefts happen.",
        "По совету подразделения поставили фонари. Стало ли краж меньше, с тех пор никто не считал.",
    ),
    "F14": (
        "The unit copies the guest lists of all hotels each week. “They may be useful one day.”",
        "Подразделение каждую неделю копирует списки постояльцев всех гостиниц. «Когда-нибудь пригодятся».",
    ),
    "F15": (
        "One report was set aside: nobody could say how it was obtained. The product says so.",
        "Одно сообщение отложили: никто не смог сказать, как оно получено. В продукте так и написано.",
    ),
    "F16": (
        "The answer was right. It reached the chief two days after the meeting that had asked for it.",
        "Ответ был верным. Начальник получил его через два дня после совещания, для которого он был нужен.",
    ),
}
STEPS: dict[str, Row] = {
    "S1": ("Direction: requirement agreed", "Направление: запрос согласован"),
    "S2": ("Collection: last report in", "Сбор: получено последнее сообщение"),
    "S3": ("Evaluation: all reports graded", "Оценка: все сообщения оценены"),
    "S4": ("Collation: picture put together", "Сопоставление: картина собрана"),
    "S5": ("Analysis: draft ready", "Анализ: проект готов"),
    "S6": ("Dissemination: product handed over", "Распространение: продукт передан"),
}
QUESTIONS: dict[str, Row] = {
    "K1": (
        "At which places does it happen, and does it come back to the same ones?",
        "В каких местах это происходит и повторяется ли в тех же?",
    ),
    "K2": ("At what hours and on which days does it happen?", "В какие часы и дни это происходит?"),
    "K3": (
        "Through which markets and yards do the stolen goods pass?",
        "Через какие рынки и дворы проходит краденое?",
    ),
    "K4": ("What share is never reported, and why?", "О какой доле не сообщают и почему?"),
    "K5": (
        "What has been tried so far, and what came of it?",
        "Что уже пробовали и что из этого вышло?",
    ),
    "K6": (
        "How do the thieves get in: what is open, what is forced?",
        "Как воры попадают внутрь: что открыто, что взламывают?",
    ),
    "K7": (
        "Does it happen in the neighbouring towns in the same way?",
        "Происходит ли то же в соседних городах?",
    ),
}
LOOKS: dict[str, Row] = {
    "L1": (
        "register of offences: extract with place and time",
        "реестр преступлений: выписка с местом и временем",
    ),
    "L2": (
        "patrols: note in public places what is open and what is lit",
        "патрули: отмечать в общественных местах, что открыто и что освещено",
    ),
    "L3": ("owners: short survey without names", "владельцы: короткий опрос без имён"),
    "L4": (
        "trade office: joint inspection of traders",
        "торговая инспекция: совместная проверка торговцев",
    ),
    "L5": ("neighbouring units: standard request", "соседние подразделения: типовой запрос"),
    "L6": (
        "log-books of guards, with the consent of the firms",
        "журналы охраны, с согласия фирм",
    ),
    "L7": ("insurers: figures by month, without names", "страховщики: числа по месяцам, без имён"),
    "L8": (
        "a talk with Velkopil Arshumet, guard, 14 Tamirvan Street",
        "беседа с охранником Велкопилом Аршуметом, улица Тамирван, 14",
    ),
    "L9": (
        "what Dornilek Kamtubor tells his handler",
        "то, что Дорнилек Камтубор рассказывает своему куратору",
    ),
}
BASES: dict[str, Row] = {
    "B1": ("order of the head of unit, by telephone", "распоряжение начальника по телефону"),
    "B2": ("Police Service Act, section 12", "Закон о полицейской службе, статья 12"),
    "B3": ("none yet; will be settled later", "пока нет; уладим позже"),
    "B4": ("Police Service Act, section 14", "Закон о полицейской службе, статья 14"),
    "B5": ("Police Service Act, section 18", "Закон о полицейской службе, статья 18"),
    "B6": ("usual practice of the unit", "так в подразделении принято"),
    "B7": ("Police Service Act, section 30", "Закон о полицейской службе, статья 30"),
}
