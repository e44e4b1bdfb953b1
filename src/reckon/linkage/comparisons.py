"""What is compared, in which steps from agreement to contradiction, and which pairs are looked at."""

from dataclasses import dataclass
from typing import Any

from reckon.linkage.blocking import ONE_KEY, SEVERAL

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a comparison. `key` names it for labels; `rarity` is the column whose rare values count for more.

    `held_m` and `held_u` are shares of true and false pairs that are known beforehand and not learned. A `doubtful`
    pair is not joined on its own unless the codes agree; one that `contradicts` also keeps its whole groups apart.
    """

    key: str
    sql: str
    rarity: str | None = None
    unknown: bool = False
    held_m: float | None = None
    held_u: float | None = None
    doubtful: bool = False
    contradicts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Levels in order; the first that holds is taken, the last is everything else."""

    key: str
    levels: tuple[Level, ...]


def _shares(column: str) -> str:
    return f"list_has_any({column}_l, {column}_r)"


def _within(short: str, whole: str) -> str:
    return f"(length({short}) >= 2 AND starts_with({whole}, {short}))"


SAME_TOWER = "tower_l = tower_r"
SAME_NUMBER = "(road_l = road_r AND number_l = number_r)"
HALF_ALIKE = (
    "length(core_l) = 2 AND length(core_r) = 2 "
    "AND (left(core_l, 1) = left(core_r, 1) OR right(core_l, 1) = right(core_r, 1))"
)
BLOCKS_AGREE = "(block_l IS NULL OR block_r IS NULL OR block_l = block_r)"

NAME = Comparison(
    key="name",
    levels=(
        Level(key="unknown", sql="core_l IS NULL OR core_r IS NULL", unknown=True),
        # One authority registers no trade name twice in a trade, but where one enterprise has invested in the
        # other (企业名称登记管理规定第十七条); their full names still differ.
        Level(
            key="same_full_name", sql="stem_l = stem_r AND form_l = form_r AND form_l <> ''", rarity="core"
        ),
        Level(key="same_stem", sql="stem_l = stem_r AND industry_l <> ''", rarity="core"),
        Level(
            key="same_core_industry_open",
            sql="core_l = core_r AND (starts_with(industry_l, industry_r) OR starts_with(industry_r, industry_l))",
            rarity="core",
        ),
        Level(key="one_character_off", sql=f"industry_l = industry_r AND {_shares('near')}"),
        # Sister companies share sign, building and telephone: learning would take them for one enterprise.
        Level(
            key="same_core_other_industry",
            sql="core_l = core_r",
            rarity="core",
            held_m=0.004,
            contradicts=True,
        ),
        Level(key="shortened", sql=f"{_within('core_l', 'core_r')} OR {_within('core_r', 'core_l')}"),
        Level(key="one_of_two_characters", sql=f"industry_l = industry_r AND {HALF_ALIKE}"),
        Level(key="different", sql="ELSE", doubtful=True),
    ),
)
BRANCH = Comparison(
    key="branch",
    levels=(
        Level(key="same_branch", sql="branch_l = branch_r AND branch_l <> ''"),
        Level(key="no_branch", sql="branch_l = '' AND branch_r = ''"),
        Level(key="branch_against_whole", sql="branch_l = '' OR branch_r = ''"),
        Level(key="other_branch", sql="ELSE"),
    ),
)
CODE = Comparison(
    key="code",
    levels=(
        # An old number against a unified code says nothing: an enterprise had first one and then the other.
        Level(
            key="unknown",
            sql=(
                "code_near_l IS NULL OR code_near_r IS NULL "
                "OR (registration_l IS NULL) <> (registration_r IS NULL)"
            ),
            unknown=True,
        ),
        Level(
            key="same_code",
            sql="code_l = code_r OR registration_l = registration_r OR organisation_l = organisation_r",
            # One code on the papers of two enterprises is a clerk's slip, too rare to be learned.
            held_u=1e-7,
        ),
        Level(key="one_sign_off", sql=f"NOT (code_checked_l AND code_checked_r) AND {_shares('code_near')}"),
        # Of wrongly typed codes one in 31 passes its check; otherwise two codes are two enterprises.
        Level(
            key="both_checked_different", sql="code_checked_l AND code_checked_r", held_m=0.002, doubtful=True
        ),
        # Two signs wrong in one code are rare; u cannot be learned, because strangers are told by checked codes.
        Level(key="different", sql="ELSE", held_m=0.006, held_u=0.99),
    ),
)
ADDRESS = Comparison(
    key="address",
    levels=(
        Level(
            key="unknown",
            # A house number against a tower's name cannot be compared.
            sql=(
                "NOT ((number_l IS NOT NULL AND number_r IS NOT NULL) "
                "OR (tower_l IS NOT NULL AND tower_r IS NOT NULL))"
            ),
            unknown=True,
        ),
        Level(
            key="same_room",
            sql=f"room_l = room_r AND {BLOCKS_AGREE} AND ({SAME_NUMBER} OR {SAME_TOWER})",
        ),
        Level(key="same_building_other_room", sql=f"room_l <> room_r AND ({SAME_NUMBER} OR {SAME_TOWER})"),
        Level(key="same_building", sql="building_l = building_r", rarity="building"),
        Level(key="same_place", sql=f"{SAME_NUMBER} OR {SAME_TOWER}"),
        Level(key="different", sql="ELSE"),
    ),
)
PHONE = Comparison(
    key="phone",
    levels=(
        Level(key="unknown", sql="phones_l IS NULL OR phones_r IS NULL", unknown=True),
        Level(
            key="same_phone",
            sql=f"phone_l = phone_r OR ({_shares('phones')} AND NOT {_shares('busy_phones')})",
        ),
        Level(key="shared_phone", sql=_shares("busy_phones")),
        Level(key="different", sql="ELSE"),
    ),
)
COMPARISONS = (NAME, BRANCH, CODE, ADDRESS, PHONE)

RARITIES = ("core", "building")

#: A pair is looked at when its records share a key; of several keys each is taken by itself.
BLOCKING: tuple[tuple[str, str | None], ...] = (
    *((f"l.{column} = r.{column}", None) for column in ONE_KEY),
    *((f"l.{column} = r.{column}", column) for column in SEVERAL),
)

#: Expectation-maximisation looks at one set of pairs a time and learns what the set was not chosen by.
TRAINING = (
    "l.code = r.code",
    "l.core = r.core AND l.branch = r.branch",
    "l.phone = r.phone",
    "l.building = r.building AND l.room = r.room",
)


def settings_document(*, fresh_only: bool) -> Json:
    """The declaration above in the words of the linkage engine, without weights."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        # Without the columns the engine drops the level that each comparison took.
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_comparison(comparison) for comparison in COMPARISONS],
        "blocking_rules_to_generate_predictions": blocking_documents(fresh_only=fresh_only),
    }


def blocking_documents(*, fresh_only: bool) -> list[Json]:
    """The blocking rules; with `fresh_only`, a pair must hold a new record."""
    suffix = " AND (l.fresh OR r.fresh)" if fresh_only else ""
    return [
        {"blocking_rule": f"{rule}{suffix}"} | ({"arrays_to_explode": [opened]} if opened else {})
        for rule, opened in BLOCKING
    ]


def _comparison(comparison: Comparison) -> Json:
    return {
        "output_column_name": comparison.key,
        "comparison_levels": [_level(level) for level in comparison.levels],
    }


def _level(level: Level) -> Json:
    document: Json = {"sql_condition": level.sql, "label_for_charts": level.key}
    if level.unknown:
        document["is_null_level"] = True
    if level.held_m is not None:
        document |= {"m_probability": level.held_m, "fix_m_probability": True}
    if level.held_u is not None:
        document |= {"u_probability": level.held_u, "fix_u_probability": True}
    if level.rarity:
        document |= {"tf_adjustment_column": level.rarity, "tf_adjustment_weight": 1.0}
    return document
