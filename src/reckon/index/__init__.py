"""Composite indices with every step kept: the five-colour map's risk index, and the grid index of posts.

Areas and posts are measured, residents never: what may be counted is an allow-list (`reckon.index.admission`).
"""

from reckon.index.admission import (
    NO_COMPLAINT_COUNTS,
    NO_OPINIONS,
    NO_PERSONS,
    NO_QUOTAS,
    REFUSED,
    STOCKS,
    refused_word,
)
from reckon.index.aggregation import NEUTRAL
from reckon.index.assessment import Assessment, assess, evidence
from reckon.index.case_mix import (
    CaseMixReference,
    Expected,
    Strata,
    case_mix,
    case_mix_reference,
    case_mix_reference_from,
)
from reckon.index.decomposition import contributions, risk_parts
from reckon.index.duties import Duty, DutyDeclaration, duties_from, duties_shipped
from reckon.index.duty_scores import (
    DutyReference,
    DutyScores,
    DutyWorking,
    duty_reference_freeze,
    duty_reference_from,
    duty_workings,
    score_duties,
)
from reckon.index.funnel import STANDING_COLOUR, Standing, funnel_z, limit_of, ratio_limits, standing_of
from reckon.index.indicators import (
    Declaration,
    Dimension,
    Indicator,
    declaration_from,
    declaration_read,
    declaration_shipped,
)
from reckon.index.measures import Measure, measure_from
from reckon.index.medians import information, log_spread, median_days
from reckon.index.method import Aggregation, Method, Normalisation
from reckon.index.pooling import pooled
from reckon.index.reading import DeclarationInvalid
from reckon.index.reference import IndicatorReference, Reference, reference_freeze, reference_from
from reckon.index.shrinkage import ratio_interval, shape_by_likelihood, shape_by_moments, shrunk_ratio
from reckon.index.working import AreaWorking, DimensionWorking, IndicatorWorking, working_of
from reckon.index.writing import toml_of

__all__ = [
    "NEUTRAL",
    "NO_COMPLAINT_COUNTS",
    "NO_OPINIONS",
    "NO_PERSONS",
    "NO_QUOTAS",
    "REFUSED",
    "STANDING_COLOUR",
    "STOCKS",
    "Aggregation",
    "AreaWorking",
    "Assessment",
    "CaseMixReference",
    "Declaration",
    "DeclarationInvalid",
    "Dimension",
    "DimensionWorking",
    "Duty",
    "DutyDeclaration",
    "DutyReference",
    "DutyScores",
    "DutyWorking",
    "Expected",
    "Indicator",
    "IndicatorReference",
    "IndicatorWorking",
    "Measure",
    "Method",
    "Normalisation",
    "Reference",
    "Standing",
    "Strata",
    "assess",
    "case_mix",
    "case_mix_reference",
    "case_mix_reference_from",
    "contributions",
    "declaration_from",
    "declaration_read",
    "declaration_shipped",
    "duties_from",
    "duties_shipped",
    "duty_reference_freeze",
    "duty_reference_from",
    "duty_workings",
    "evidence",
    "funnel_z",
    "information",
    "limit_of",
    "log_spread",
    "measure_from",
    "median_days",
    "pooled",
    "ratio_interval",
    "ratio_limits",
    "reference_freeze",
    "reference_from",
    "refused_word",
    "risk_parts",
    "score_duties",
    "shape_by_likelihood",
    "shape_by_moments",
    "shrunk_ratio",
    "standing_of",
    "toml_of",
    "working_of",
]
