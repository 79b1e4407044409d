"""Workers under a real broker: messages wake them, lost messages cost a second, a broker that is away costs nothing."""

from __future__ import annotations

import logging
import signal

import pytest

from retrieval.accepting import accept_products
from tests.integration.workers.processes import (
    WORKER,
    TinyShop,
    check_everything_arrived,
    indexed,
    settled,
    wait_until,
)
from tests.integration.workers.tiny_shop import records
from tests.services.postgresql import PostgresqlServer
from tests.services.starting import free_port
from workers.celery_app import MESSAGES_WAITING_MAX, QUEUE, IndexMessages, make_app
from workers.waking import wake

PRODUCTS = 300

# The clock is stopped, so that what happens is due to a message.
ONLY_MESSAGES = "import workers.celery_worker\nworkers.celery_worker.TICK_S = 100_000.0\n" + WORKER


@pytest.fixture(params=["redis", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    app = make_app(_shop_with(TinyShop({}), url).settings)
    with app.connection_for_write() as connection:
        queue = app.amqp.queues[QUEUE].bind(connection.default_channel)
        queue.queue_declare()
        queue.purge()
    return url


def _shop_with(shop: TinyShop, broker_url: str) -> TinyShop:
    return TinyShop({**shop.variables, "VITRINE_BROKER_URL": broker_url})


def test_two_workers_share_an_import_and_one_may_be_killed(shop: TinyShop, broker_url: str) -> None:
    shop = _shop_with(shop, broker_url)
    with shop.opened() as v, wake(shop.settings) as say_so:
        everything = list(records(PRODUCTS))
        with shop.running(WORKER) as first, shop.running(WORKER) as second:
            for start in range(0, PRODUCTS, 50):
                accept_products(v, everything[start : start + 50])
                say_so()
            wait_until("some are indexed", lambda: indexed(v) >= 30, first)
            first.send_signal(signal.SIGKILL)
            assert v.catalog.products.delete(["p00007"]) == 1
            say_so()
            wait_until("all are settled", lambda: settled(v), second)
            second.send_signal(signal.SIGTERM)
            output, _ = second.communicate(timeout=120)
            assert second.returncode == 0
            assert "LoopReport" in output
        check_everything_arrived(v, {record["id"] for record in everything} - {"p00007"})
    assert say_so.failed == 0
    assert say_so.sent >= 1


def test_a_message_alone_wakes_a_worker(shop: TinyShop, broker_url: str) -> None:
    shop = _shop_with(shop, broker_url)
    with shop.opened() as v, wake(shop.settings) as say_so, shop.running(ONLY_MESSAGES) as worker:
        accept_products(v, list(records(20)))
        say_so()
        wait_until("all are settled", lambda: settled(v), worker)


def test_messages_that_are_lost_are_not_missed(shop: TinyShop, broker_url: str) -> None:
    shop = _shop_with(shop, broker_url)
    with shop.opened() as v, shop.running(WORKER) as worker:
        accept_products(v, list(records(20)))
        wait_until("all are settled", lambda: settled(v), worker)


def test_messages_do_not_pile_up_while_no_worker_takes_them(shop: TinyShop, broker_url: str) -> None:
    messages = IndexMessages(_shop_with(shop, broker_url).settings)
    taken = [messages.send() for _ in range(MESSAGES_WAITING_MAX + 5)]
    assert sum(taken) == MESSAGES_WAITING_MAX


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_is_away_is_no_concern_of_who_wakes(
    shop: TinyShop, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop = _shop_with(shop, f"{scheme}://127.0.0.1:{free_port()}//"[: -1 if scheme == "redis" else None])
    with caplog.at_level(logging.WARNING), wake(shop.settings) as say_so:
        say_so()
        wait_until("it was tried", lambda: say_so.failed > 0)
    assert "VITRINE_BROKER_URL" in caplog.text


def test_a_worker_indexes_while_its_broker_is_away(shop: TinyShop) -> None:
    shop = _shop_with(shop, f"redis://127.0.0.1:{free_port()}/0")
    with shop.opened() as v, shop.running(WORKER) as worker:
        accept_products(v, list(records(20)))
        wait_until("all are settled", lambda: settled(v), worker)


def test_two_workers_on_postgresql_index_everything_once(
    shop: TinyShop, redis_url: str, postgresql_server: PostgresqlServer
) -> None:
    url = postgresql_server.migrated_database()
    shop = _shop_with(TinyShop({**shop.variables, "VITRINE_DATABASE_URL": url}), redis_url).with_words_only()
    with shop.opened() as v, wake(shop.settings) as say_so:
        with shop.running(WORKER) as first, shop.running(WORKER) as second:
            assert accept_products(v, list(records(PRODUCTS))).accepted == PRODUCTS
            say_so()
            wait_until("some are indexed", lambda: indexed(v) >= 30, first)
            first.send_signal(signal.SIGKILL)
            wait_until("all are settled", lambda: settled(v), second)
        check_everything_arrived(v, {f"p{number:05d}" for number in range(PRODUCTS)})
