"""What is a content block of a shape that the typed decoder did not take?

Nothing of it is lost but the bytes of images and files, of which the count is kept: known fields
go to the block, the rest under its dotted path to `Extra`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from stillwatch.sources import values
from stillwatch.sources.canonical import BLOCKS, Block, OtherBlock, Text, as_raw

ALIASES = {
    "input_text": "text",
    "output_text": "text",
    "image_url": "image",
    "input_image": "image",
}
SOURCES = ("source", "image_url", "input_audio", "file")


class Extra:
    """Collects the fields that the canonical form does not know, by dotted path."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def rest(self, record: dict[str, Any], path: str, known: Collection[str]) -> None:
        """Keeps every field of a record that is not in `known`."""
        for name, value in record.items():
            if name not in known:
                self.found[f"{path}.{name}" if path else name] = value


def content_of(value: Any, path: str, extra: Extra) -> str | list[Any] | None:
    """A content as a string or as blocks."""
    if value is None or isinstance(value, str):
        return value
    items = value if isinstance(value, list) else [value]
    return [block_of(item, f"{path}.{n}", extra) for n, item in enumerate(items)]


def block_of(item: Any, path: str, extra: Extra) -> Block:
    """A block; what is no object becomes a block of text."""
    if not isinstance(item, dict):
        return Text(None if item is None else values.json_text(item))
    record = _measured(item)
    kind = record.pop("type", None)
    if kind is None and "text" in record:
        kind = "text"
    if kind is not None and not isinstance(kind, str):
        kind = values.json_text(kind)
    known = BLOCKS.get(ALIASES.get(kind or "", kind or ""))
    fields = known.__struct_fields__ if known else OtherBlock.__struct_fields__[1:]
    made: dict[str, Any] = {
        name: joined(record[name], f"{path}.content", extra)
        if name == "content" and isinstance(record[name], list)
        else _value(name, record[name])
        for name in fields
        if record.get(name) is not None
    }
    extra.rest(record, path, fields)
    return known(**made) if known else OtherBlock(kind=kind, **made)


def joined(items: list[Any], path: str, extra: Extra) -> str:
    """Texts of a list of blocks, joined by newlines; JSON of the list if it holds other blocks."""
    texts: list[str] = []
    for item in items:
        text = item.get("text") if isinstance(item, dict) else item
        plain = not isinstance(item, dict) or item.get("type", "text") in ("text", "input_text")
        if not isinstance(text, str) or not plain:
            return values.json_text([_measured(i) if isinstance(i, dict) else i for i in items])
        texts.append(text)
    for n, item in enumerate(items):
        if isinstance(item, dict):
            extra.rest(item, f"{path}.{n}", ("type", "text"))
    return "\n".join(texts)


def _value(name: str, value: Any) -> Any:
    if name == "input":
        return as_raw(value)
    if name == "bytes":
        try:
            return values.integer(value)
        except ValueError:
            return values.size_of_base64(value) if isinstance(value, str) else None
    return values.json_text(value)


def _measured(block: dict[str, Any]) -> dict[str, Any]:
    """A copy in which an attached payload is its type and size; an address of one stays."""
    found = dict(block)
    if isinstance(found.get("bytes"), str):
        found["bytes"] = _value("bytes", found["bytes"])
    for name in SOURCES:
        source = found.get(name)
        if isinstance(source, str):
            source = {"url": source}
        if not isinstance(source, dict):
            continue
        del found[name]
        for key, value in source.items():
            if key in ("data", "url", "file_data") and isinstance(value, str):
                found |= _payload(value, key)
            elif key == "media_type":
                found[key] = value
            elif not (key == "type" and value in ("base64", "url")):
                found[f"{name}.{key}"] = value
    return found


def _payload(value: str, key: str) -> dict[str, Any]:
    if value.startswith("data:"):
        kind = value[5:].partition(",")[0].removesuffix(";base64")
        return {"media_type": kind or None, "bytes": values.size_of_base64(value)}
    if key == "url":
        return {"data": value}
    return {"bytes": values.size_of_base64(value)}
