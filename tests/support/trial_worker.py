"""The worker with jobs made to be broken: `python -m tests.support.trial_worker`.

Two kinds, given to the service events: `slow` takes its payload's seconds at its first start and none
afterwards; `deadly` kills its process. Each start leaves a row in `trial_seen`.
"""

import os
import signal
import sys
import time
from importlib.machinery import ModuleSpec
from types import ModuleType

from sqlalchemy import func, select

from chassis import worker
from tests.support.trial import SEEN


def slow(db, payload):
    with db.begin() as tx:
        tx.execute(SEEN.insert(), {"handler": "slow", "subject": payload["id"]})
        starts = tx.execute(select(func.count()).where(SEEN.c.subject == payload["id"])).scalar_one()
    if starts == 1:
        time.sleep(payload["seconds"])
    return {"starts": starts}


def deadly(db, payload):
    with db.begin() as tx:
        tx.execute(SEEN.insert(), {"handler": "deadly", "subject": payload["id"]})
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    jobs = ModuleType("services.events.jobs")
    jobs.__spec__ = ModuleSpec(jobs.__name__, None)
    jobs.JOBS = {"slow": slow, "deadly": deadly}
    sys.modules[jobs.__name__] = jobs
    worker.work()
