"""The Celery application: one thin task, whose messages only say that there is work."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery
from kombu.exceptions import OperationalError

from core.errors import BrokerUnavailable, ConfigurationError
from core.settings import Settings

QUEUE = "vitrine"
INDEX_TASK = "vitrine.index"
# A message older than this says nothing that workers have not found out by themselves.
MESSAGE_EXPIRES_S = 60.0
# A handful of messages wakes everybody; with no worker about, they must not pile up.
MESSAGES_WAITING_MAX = 16
CONNECT_TIMEOUT_S = 4.0
# Redis hands a message out again when it was not acknowledged for this long.
VISIBILITY_TIMEOUT_S = 600


def make_app(settings: Settings, index: Callable[[], None] | None = None) -> Celery:
    """The application for the broker of the settings.

    Parameters
    ----------
    index: what the task does in this process; None where messages are only sent.

    Raises
    ------
    ConfigurationError: no broker is set.
    """
    if settings.broker is None:
        raise ConfigurationError("broker_url is not set. Set VITRINE_BROKER_URL to redis://... or amqp://...")
    app = Celery("vitrine", broker=settings.broker, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_default_queue=QUEUE,
        worker_pool="solo",
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=CONNECT_TIMEOUT_S,
        broker_transport_options=_transport_options(settings.broker),
    )
    if index is not None:
        _add_task(app, index)
    return app


def _add_task(app: Celery, index: Callable[[], None]) -> None:
    @app.task(name=INDEX_TASK, shared=False)  # type: ignore[untyped-decorator]  # Celery ships no type information.
    def index_what_waits() -> None:
        index()


class IndexMessages:
    """Sends the message that wakes a worker. One thread uses it."""

    def __init__(self, settings: Settings) -> None:
        self._app = make_app(settings)

    def send(self) -> bool:
        """Put one message into the queue unless enough wait there; returns whether it did.

        Raises
        ------
        BrokerUnavailable: it cannot be reached.
        """
        try:
            if self._waiting() >= MESSAGES_WAITING_MAX:
                return False
            self._app.send_task(INDEX_TASK, expires=MESSAGE_EXPIRES_S, retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            raise BrokerUnavailable(f"the broker cannot be reached: {error}. Check VITRINE_BROKER_URL") from error
        return True

    def _waiting(self) -> int:
        with self._app.connection_for_write(connect_timeout=CONNECT_TIMEOUT_S) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=CONNECT_TIMEOUT_S)
            queue = self._app.amqp.queues[QUEUE].bind(connection.default_channel)
            return int(queue.queue_declare().message_count)


def _transport_options(url: str) -> dict[str, object]:
    if not url.startswith("redis"):
        return {}
    return {
        "visibility_timeout": VISIBILITY_TIMEOUT_S,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "socket_keepalive": True,
    }
