"""Keys that bring records together: none of them too common, and no new record left out."""

from reckon.linkage import (
    Record,
    generate,
    model_in_force,
    readings_of,
    resolve,
    settings_in_force,
    vocabulary_in_force,
)
from reckon.linkage.blocking import blocks_of
from reckon.linkage.records import Reading

VOCABULARY = vocabulary_in_force().with_places(places=("澜州", "澄湖"))
INDUSTRIES = ("健身服务", "餐饮管理", "物业管理", "装饰工程", "食品", "物流")


def read(*records: Record) -> tuple[Reading, ...]:
    return readings_of(records=records, vocabulary=VOCABULARY)


def chain_of_one_name(count: int) -> list[Record]:
    """So many shops of one trade name at one address, as where a chain or an incubator has registered them all."""
    return [
        Record(
            key=f"k{number:05d}", stream="registry", name=f"澜州华鼎{INDUSTRIES[number % 6]}有限公司",
            address=f"春和路{number % 40}号{number % 9}幢{number}室", phone=f"139{number:08d}",
        )
        for number in range(count)
    ]  # fmt: skip


def test_a_key_of_too_many_gives_way_to_narrower_ones() -> None:
    rows = chain_of_one_name(240)
    wide = blocks_of(readings=read(*rows), busy=frozenset(), most=300).single["by_name"]
    narrow = blocks_of(readings=read(*rows), busy=frozenset(), most=100).single["by_name"]
    assert set(wide) == {"华鼎"}
    assert len(set(narrow)) == 6
    narrowest = blocks_of(readings=read(*rows), busy=frozenset(), most=30).single["by_name"]
    assert all(key is None or narrowest.count(key) <= 30 for key in set(narrowest))
    assert any(key is not None for key in narrowest)


def test_one_trade_name_borne_by_thousands_does_not_grow_with_the_square() -> None:
    rows = chain_of_one_name(3000)
    blocks = blocks_of(readings=read(*rows), busy=frozenset(), most=settings_in_force().most_in_block)
    sizes = [column.count(key) for column in blocks.single.values() for key in set(column) if key is not None]
    assert max(sizes) <= settings_in_force().most_in_block
    # All with all would be 4.5 million pairs.
    assert sum(size * (size - 1) // 2 for size in sizes) < 300_000


def test_a_new_record_meets_everything_that_it_shares_a_key_with_and_nothing_else() -> None:
    truth = generate(enterprises=120, records=500, seed=11)
    readings = readings_of(records=truth.records, vocabulary=VOCABULARY.with_places(places=truth.places))
    blocks = blocks_of(readings=readings, busy=frozenset(), most=200)
    touched = blocks.touched(rows=[7])
    assert 7 in touched and touched == sorted(touched)
    for row in range(len(readings)):
        shared = any(
            column[row] is not None and column[row] == column[7] for column in blocks.single.values()
        )
        shared |= any(set(keys[row]) & set(keys[7]) for keys in blocks.several.values())
        assert (row in touched) == (shared or row == 7)


def test_taken_in_bit_by_bit_records_find_the_same_enterprises_as_all_at_once() -> None:
    truth = generate(enterprises=150, records=700, seed=12)
    places = VOCABULARY.with_places(places=truth.places)
    known: dict[str, str] = {}
    for end in (400, 550, 700):
        known = resolve(
            records=truth.records[:end], vocabulary=places, model=model_in_force(),
            settings=settings_in_force(), known=known or None,
        ).enterprise_of  # fmt: skip
    whole = resolve(
        records=truth.records, vocabulary=places, model=model_in_force(), settings=settings_in_force()
    ).enterprise_of
    together = sum(
        (known[one.key] == known[other.key]) == (whole[one.key] == whole[other.key])
        for one in truth.records[::5]
        for other in truth.records[::5]
    )
    assert together / len(truth.records[::5]) ** 2 > 0.999
