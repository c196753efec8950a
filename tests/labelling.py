"""What the labeller says of prompts that come with nothing else."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from stillwatch.kernels import capability

COUNTS = ("tools", "tool_calls", "tool_results", "images", "thinking")


def labelled(prompts: list[str]) -> list[dict[str, Any]]:
    """Labels of prompts without a system prompt, an answer, tools or images."""
    nothing = pa.nulls(len(prompts), pa.string())
    columns = {"prompt": pa.array(prompts), "system": nothing, "response": nothing}
    columns |= {name: pa.nulls(len(prompts), pa.int64()) for name in COUNTS}
    return capability.label(pa.RecordBatch.from_pydict(columns)).to_pylist()
