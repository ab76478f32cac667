"""One setup in a fit of its own, as a user would run it.

What is reported of a setup must be seen here too: compiled, not step by step, with
its own loss scaling, its heads and metrics together.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from tools.audit.building import data_of, live_model
from tools.audit.probe import Raised
from tools.audit.setups import Setup
from tools.audit.tasks import inputs
from tools.audit.towers import BATCH, SEEDS, STEPS, TEST_ROWS, TEST_SEED


def fitted_alone(setup: Setup) -> Raised | list[Any]:
    """Fit a setup with several seeds.

    Returns:
        Outputs of each head on held-out rows, shape (seeds, rows, …); or what raised.
    """
    seeds = []
    for seed in range(SEEDS):
        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(seed)
        data = data_of(setup, STEPS * BATCH, seed)
        try:
            model = live_model(setup, eager=False)
            model.fit(
                data.x,
                data.y,
                batch_size=BATCH,
                shuffle=False,
                verbose=0,
                **data.arguments,
            )
        except Exception as error:  # whatever Keras raises is the answer
            text = " ".join(str(error).split())
            return "fit", None, f"{type(error).__name__}: {text[:160]}"
        outputs = model(inputs(setup.positions, TEST_ROWS, seed + TEST_SEED))
        heads = keras.tree.flatten(outputs)
        seeds.append(
            [np.asarray(ops.convert_to_numpy(ops.cast(h, "float32"))) for h in heads]
        )
    return [np.stack(head) for head in zip(*seeds, strict=True)]
