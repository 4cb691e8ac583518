"""Waits spread by chance, and never beyond what they promise."""

from hypothesis import given
from hypothesis import strategies as st

from apps.core.waits import jittered


@given(seconds=st.floats(0, 86_400), least=st.floats(0, 1), most=st.floats(1, 3))
def test_wait_stays_between_least_and_most(seconds, least, most):
    assert seconds * least <= jittered(seconds, least=least, most=most) <= seconds * most


def test_waits_of_many_rows_differ():
    assert len({jittered(60, least=0.8, most=1.2) for _row in range(50)}) > 40
