"""
A message as a STIX 2.1 bundle, for partners whose systems read that.

Grades stay codes, as labels: STIX's number for confidence is another scale, and scales are not converted.
Handling becomes a marking that says the conditions in words. The package ``stix2`` checks the result.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ..errors import InputError
from ..evaluation.handling import Handling, words
from ..i18n import _

__all__ = ["bundle"]

_SPACE = uuid.UUID("6f1c0f2e-6d0a-5a43-9f0f-5f1b8f4e7c11")
"""The same message gives the same ids."""


def bundle(message: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a message as a STIX 2.1 bundle that ``stix2`` has read without complaint.

    Parameters
    ----------
    message
        The message (JSON values).

    Returns
    -------
    dict
        A bundle: the sender as an identity, a marking a handling, a note an item or question.

    Raises
    ------
    InputError
        If ``stix2`` is not installed.
    """
    try:
        stix2 = import_module("stix2")
    except ImportError:
        msg = _("STIX needs the package stix2: pip install stix2. The JSON of the message needs nothing.")
        raise InputError(msg) from None
    made = _bundle(message)
    stix2.parse(made, allow_custom=False)
    return made


def _bundle(message: Mapping[str, Any]) -> dict[str, Any]:
    created = message["created"].replace("+00:00", "Z").replace("Z", ".000Z")
    sender = {
        "type": "identity", "spec_version": "2.1", "id": _id("identity", message["sender"]["id"]),
        "created": created, "modified": created, "name": message["sender"]["id"],
        "identity_class": "organization",
    }  # fmt: skip
    objects: list[dict[str, Any]] = [sender]
    markings: dict[str, str] = {}
    noted = [
        (item["item"], item["text"], item["subject"], item["handling"], [item["grade"]])
        for item in message["items"]
    ]
    if message["question"] is not None:
        question = message["question"]
        text = f"{question['text']}\n\n{question['reason']}"
        noted.append((message["id"], text, message["purpose"], message["handling"], []))
    for name, text, subject, held, labels in noted:
        statement = words(Handling.from_json(held))
        if statement not in markings:
            markings[statement] = _id("marking-definition", f"{message['id']} {statement}")
            objects.append(
                {"type": "marking-definition", "spec_version": "2.1", "id": markings[statement],
                 "created": created, "definition_type": "statement", "definition": {"statement": statement}}
            )  # fmt: skip
        note = {
            "type": "note", "spec_version": "2.1", "id": _id("note", f"{message['id']} {name}"),
            "created_by_ref": sender["id"], "created": created, "modified": created, "content": text,
            "abstract": subject or name, "object_refs": [sender["id"]],
            "object_marking_refs": [markings[statement]],
        }  # fmt: skip
        objects.append({**note, "labels": labels} if labels else note)
    return {"type": "bundle", "id": _id("bundle", message["id"]), "objects": objects}


def _id(kind: str, name: str) -> str:
    return f"{kind}--{uuid.uuid5(_SPACE, f'{kind} {name}')}"
