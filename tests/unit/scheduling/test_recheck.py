"""The last look before a message is rendered: what was true when it was planned may not be any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relance.domain import recheck
from relance.domain.recheck import Stopped
from relance.domain.steps import BY_NAME
from tests.unit.scheduling.cases import POLICY, TUESDAY, facture

LATE = BY_NAME["facture_2"]


def test_a_planned_step_leaves_on_its_day():
    assert recheck.objection(facture(1), LATE, POLICY, TUESDAY) is None


@pytest.mark.parametrize("days", [1, 30])
def test_a_date_put_off_while_a_message_waits_takes_it_back(days):
    case = facture(1)
    later = replace(case, receivable=replace(case.receivable, due_on=case.receivable.due_on + timedelta(days=days)))
    assert recheck.objection(later, LATE, POLICY, TUESDAY) == Stopped("stale")


def test_a_date_erased_while_a_message_waits_takes_it_back():
    assert recheck.objection(facture(1, due_on=None), LATE, POLICY, TUESDAY) == Stopped("stale")
