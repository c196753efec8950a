"""How right was a published week, measured against the simulator's truth? Never read by detection.

`evaluate` measures, `table` shows the figures beside their goals, `rivals` puts simple rules on the
same traffic into the same columns.
"""

from stillwatch.evaluate.rivals import compare
from stillwatch.evaluate.run import evaluate, figures, pool
from stillwatch.evaluate.table import table

__all__ = ["compare", "evaluate", "figures", "pool", "table"]
