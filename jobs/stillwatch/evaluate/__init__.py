"""How right was a published week, measured against the simulator's truth? Never read by detection.

`evaluate` measures, `pool` adds up measurements of different lakes, `table` shows the figures
beside their goals, `compare` puts simple rules on the same traffic into the same columns.
"""

from stillwatch.evaluate.pooling import pool
from stillwatch.evaluate.rivals import compare
from stillwatch.evaluate.run import evaluate, figures
from stillwatch.evaluate.table import table

__all__ = ["compare", "evaluate", "figures", "pool", "table"]
