"""What the Celery application promises, and waking where there is no broker."""

from __future__ import annotations

import threading

import pytest

from core.errors import ConfigurationError
from core.settings import load_settings
from workers.celery_app import INDEX_TASK, make_app
from workers.waking import wake


def test_an_application_without_a_broker_is_refused_with_the_remedy() -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_BROKER_URL"):
        make_app(load_settings())


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def test_tasks_are_acknowledged_late_and_only_json_is_read(url: str) -> None:
    app = make_app(load_settings({"broker_url": url}), lambda: None)
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert app.conf.worker_prefetch_multiplier == 1
    assert INDEX_TASK in app.tasks


def test_who_only_sends_has_no_task() -> None:
    assert INDEX_TASK not in make_app(load_settings({"broker_url": "redis://127.0.0.1:1/0"})).tasks


def test_without_a_broker_waking_does_nothing() -> None:
    before = threading.active_count()
    with wake(load_settings()) as say_so:
        say_so()
        assert threading.active_count() == before
    assert (say_so.sent, say_so.failed) == (0, 0)
