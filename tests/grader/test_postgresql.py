"""What only a database server can do: restart under load, and count its connections."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest
from django.db import connection, connections

from grader.submissions.models import Status, Submission
from tests.conftest import POSTGRESQL
from tests.grader.conftest import SLUG, SOLUTION
from tests.servers import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not POSTGRESQL, reason="needs PostgreSQL: TEST_DATABASE=postgresql"),
    pytest.mark.timeout(180),
]
SUBMIT = f"/exercises/{SLUG}/submit/"


def test_a_restart_in_the_middle_of_a_spike(visit, postgresql_server):
    student = visit("student")
    for _ in range(8):
        assert student.post(SUBMIT, {"source": "import time\ntime.sleep(0.4)\n" + SOLUTION}).status == 200
    connections.close_all()
    postgresql_server.restart()
    pending = Submission.objects.filter(status__in=[Status.QUEUED, Status.RUNNING])
    wait_until(lambda: pending.count() == 0, "the end", 90)
    assert Counter(Submission.objects.values_list("status", "passed")) == {(Status.GRADED, True): 8}


def test_live_streams_hold_no_connection(visit):
    student = visit("student")
    assert student.post(SUBMIT, {"source": "import time\ntime.sleep(4)\n" + SOLUTION}).status == 200
    path = f"/submissions/{Submission.objects.get().pk}/events/"
    ends = []
    many = 40  # twice as many as the web process keeps connections
    threads = [threading.Thread(target=lambda: ends.append(list(student.events(path))[-1][1])) for _ in range(many)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        in_use = cursor.fetchone()[0]
    for thread in threads:
        thread.join()
    assert in_use <= 26  # the web process's, this test's, and the worker's few
    assert len(ends) == many
    assert all('data-state="graded"' in end for end in ends)
