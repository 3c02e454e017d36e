"""Readers that join two marts without pause see the whole of one night or of the other, and no error."""

import threading

import pytest

from include.publish.live import release
from include.publish.publish import publish
from include.publish.rollback import roll_back
from include.warehouse.builds import newest_build
from include.warehouse.connection import Role

pytestmark = pytest.mark.usefixtures("small_project")

READERS, PUBLICATIONS = 8, 10

# the tracker's rows know nothing of the build: its own row count must be the one of the night the publication names
QUERY = """
select
    (select as_at from marts.publication) as as_at,
    count(*) as children,
    md5(string_agg(tracker.child_ref || tracker.rag || tracker.days_in_care, ',' order by tracker.child_ref)) as content
from marts.permanence_tracker as tracker
inner join marts.dim_child as child on tracker.child_ref = child.child_ref
"""


@pytest.mark.torture
def test_no_reader_sees_an_error_or_a_mixture_of_two_nights(published_nights, nights):
    _, night = nights
    allowed = set(published_nights.rows(QUERY))
    roll_back()
    allowed |= set(published_nights.rows(QUERY))
    release()
    publish(newest_build(night, night))
    assert len(allowed) == 2
    seen, errors, stop = set(), [], threading.Event()

    def read():
        try:
            with published_nights.connect(Role.READER) as connection:
                while not stop.is_set():
                    seen.update(connection.execute(QUERY).fetchall())
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    published = 0
    try:
        while published < PUBLICATIONS:
            roll_back()
            release()
            publish(newest_build(night, night))
            published += 2
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert errors == []
    assert seen == allowed
