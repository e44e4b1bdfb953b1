"""Colours of the five-colour map from risk, how sure they are, why they changed, and what next month may bring."""

from reckon.colours.backtest import Backtest, Coverage, Error, backtest
from reckon.colours.explanation import Driver, Explanation, why
from reckon.colours.flips import FlipStudy, SteadyRisk, flips_of, margins_tried, months_to_rise, steady_risk
from reckon.colours.forecast import (
    Interval,
    Predictions,
    forecast_colours,
    interval_of,
    predict,
    predict_indicators,
)
from reckon.colours.hysteresis import ColourState, next_colours, plain_colours
from reckon.colours.probability import (
    ColourProbabilities,
    dimension_probabilities,
    indicator_probabilities,
    probabilities,
)
from reckon.colours.settings import (
    Colour,
    ColourRules,
    Cuts,
    CutsTogether,
    DrawSettings,
    ForecastSettings,
    colour_rules_from,
    colour_rules_read,
    colour_rules_shipped,
)
from reckon.colours.synthetic import (
    SyntheticDistrict,
    SyntheticSettings,
    district_make,
    reference_make,
    synthetic_settings,
)

__all__ = [
    "Backtest",
    "Colour",
    "ColourProbabilities",
    "ColourRules",
    "ColourState",
    "Coverage",
    "Cuts",
    "CutsTogether",
    "DrawSettings",
    "Driver",
    "Error",
    "Explanation",
    "FlipStudy",
    "ForecastSettings",
    "Interval",
    "Predictions",
    "SteadyRisk",
    "SyntheticDistrict",
    "SyntheticSettings",
    "backtest",
    "colour_rules_from",
    "colour_rules_read",
    "colour_rules_shipped",
    "dimension_probabilities",
    "district_make",
    "flips_of",
    "forecast_colours",
    "indicator_probabilities",
    "interval_of",
    "margins_tried",
    "months_to_rise",
    "next_colours",
    "plain_colours",
    "predict",
    "predict_indicators",
    "probabilities",
    "reference_make",
    "steady_risk",
    "synthetic_settings",
    "why",
]
