"""Each model that is fitted here is checked by the pytest plugin as well."""

from flood.data import days
from flood.model import build


def test_loss_falls():
    measures, floods = days(400)
    history = build().fit(measures, floods, epochs=3, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


def test_model_fits_its_labels(kerascheck):
    _, floods = days(400)
    kerascheck.assert_clean(build(), floods)
