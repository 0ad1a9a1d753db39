"""workers.celery_app, schedule and the registration of tasks"""

from pathlib import Path

from app import dispatch
from app.settings import load
from tests.support.servers import settings_env
from workers.celery_app import VISIBILITY_TIMEOUT_S, make_celery


def test_application_has_the_tasks_queues_and_limits(tmp_path: Path) -> None:
    """Every name that dispatch knows is a task; work is limited in time and given back when a worker dies."""
    celery = make_celery(load(settings_env(tmp_path, "redis://127.0.0.1:1/0", TURTUS_HOST_NAME="mars")))
    ours = {dispatch.START, dispatch.STOP, dispatch.CHECK, dispatch.RECONCILE, dispatch.CULL, dispatch.ROUND}
    assert ours <= set(celery.tasks)
    assert {queue.name for queue in celery.conf.task_queues} == {
        dispatch.START_QUEUE,
        dispatch.COMMON_QUEUE,
        "turtus.host.mars",
    }
    assert celery.conf.task_acks_late
    assert celery.conf.task_time_limit < VISIBILITY_TIMEOUT_S
    assert celery.conf.broker_url == "redis://127.0.0.1:1/1"


def test_schedule_names_tasks_that_exist(tmp_path: Path) -> None:
    """And drops a pass that comes too late."""
    celery = make_celery(load(settings_env(tmp_path, "redis://127.0.0.1:1/0")))
    for entry in celery.conf.beat_schedule.values():
        assert entry["task"] in celery.tasks
        assert entry["options"]["expires"] > entry["schedule"]
