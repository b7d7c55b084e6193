"""Stock is the sum of its movements and never falls below zero."""

import pytest

from monitoring.domain.depot import MovementKind, StockError, StockMoved, balances, move


def moved(kind: MovementKind, quantity: float) -> StockMoved:
    return StockMoved("m", "salt", kind, quantity)


def test_receipts_and_returns_add_and_all_else_takes_away() -> None:
    for kind in MovementKind:
        expected = {MovementKind.RECEIPT: 3, MovementKind.RETURN: 3, MovementKind.ADJUST: 3}
        assert balances([moved(kind, 3)])["salt"] == expected.get(kind, -3)


def test_an_adjustment_bears_its_own_sign() -> None:
    assert balances([moved(MovementKind.ADJUST, -2)])["salt"] == -2


def test_the_last_item_can_be_issued_and_not_one_more() -> None:
    assert move({"salt": 5}, moved(MovementKind.ISSUE, 5))
    with pytest.raises(StockError, match="only 5 on hand"):
        move({"salt": 5}, moved(MovementKind.ISSUE, 5.01))


def test_an_adjustment_cannot_take_more_than_there_is_either() -> None:
    with pytest.raises(StockError):
        move({"salt": 5}, moved(MovementKind.ADJUST, -6))


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_movement_of_nothing_or_less_is_refused(quantity: float) -> None:
    with pytest.raises(StockError, match="above zero"):
        move({}, moved(MovementKind.RECEIPT, quantity))
