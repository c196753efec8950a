"""One adapter a log format: from a record as a gateway writes it to the canonical form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stillwatch.sources import (
    azure_apim,
    bedrock,
    envoy,
    helicone,
    http,
    langfuse,
    litellm,
    otel_genai,
    portkey,
)

Adapt = Callable[[dict[str, Any]], dict[str, Any]]
ADAPTERS = (
    litellm,
    bedrock,
    azure_apim,
    langfuse,
    helicone,
    portkey,
    envoy,
    otel_genai,
    http,
)


def adapter_for(record: dict[str, Any]) -> Adapt | None:
    """The adapter whose format the record's keys show; None for the canonical form.

    A record that no adapter knows is taken for canonical, so that its rejection names the field.
    """
    if "exchange_id" in record:
        return None
    return next((adapter.adapt for adapter in ADAPTERS if adapter.matches(record)), None)
