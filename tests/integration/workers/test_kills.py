"""Real processes are killed in the middle of an import; what was acknowledged is indexed in the end, once."""

from __future__ import annotations

import os
import signal

from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine
from tests.integration.workers.processes import (
    SERVER,
    WORKER,
    TinyShop,
    check_everything_arrived,
    indexed,
    is_running,
    settled,
    wait_until,
)
from tests.integration.workers.tiny_shop import records
from tests.services.postgresql import PostgresqlServer

PRODUCTS = 300


def _accept_all(v: Vitrine) -> set[str]:
    everything = list(records(PRODUCTS))
    assert accept_products(v, everything).accepted == PRODUCTS
    return {record["id"] for record in everything}


def _kill_one_and_start_another(shop: TinyShop) -> None:
    with shop.opened() as v:
        ids = _accept_all(v)
        with shop.running(WORKER) as worker:
            wait_until("some are indexed", lambda: indexed(v) >= 30, worker)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert not settled(v)
        gone = {"p00000", "p00150", "p00299"}
        assert v.catalog.products.delete(sorted(gone)) == len(gone)
        with shop.running(WORKER) as worker:
            wait_until("all are settled", lambda: settled(v), worker)
        check_everything_arrived(v, ids - gone)


def test_what_a_killed_worker_left_is_finished_by_the_next(shop: TinyShop) -> None:
    _kill_one_and_start_another(shop)


def test_a_worker_killed_while_it_encodes_photos_is_made_up_for(shop_with_photos: TinyShop) -> None:
    _kill_one_and_start_another(shop_with_photos)


def test_what_a_killed_worker_left_is_finished_by_the_next_on_postgresql(
    shop: TinyShop, postgresql_server: PostgresqlServer
) -> None:
    url = postgresql_server.migrated_database()
    _kill_one_and_start_another(TinyShop({**shop.variables, "VITRINE_DATABASE_URL": url}).with_words_only())


def test_a_killed_engine_is_replaced_and_nothing_is_missing(shop: TinyShop) -> None:
    with shop.opened() as v:
        ids = _accept_all(v)
        with shop.running(WORKER) as worker:
            for reached in (30, 120):
                wait_until(f"{reached} are indexed", lambda reached=reached: indexed(v) >= reached, worker)
                os.kill(shop.engine_pid(), signal.SIGKILL)
            wait_until("all are settled", lambda: settled(v), worker)
        check_everything_arrived(v, ids)


def test_a_worker_that_is_told_to_stop_gives_everything_back(shop: TinyShop) -> None:
    with shop.opened() as v:
        _accept_all(v)
        with shop.running(WORKER) as worker:
            wait_until("some are indexed", lambda: indexed(v) >= 30, worker)
            worker.send_signal(signal.SIGTERM)
            output, _ = worker.communicate(timeout=60)
        assert worker.returncode == 0
        assert "LoopReport" in output
        progress = v.catalog.queue.progress(v.catalog.generations.live()[0].id)
        assert progress.leased == 0
        assert progress.pending + progress.indexed == PRODUCTS


def test_a_killed_server_takes_its_worker_along_and_keeps_what_it_acknowledged(shop: TinyShop) -> None:
    with shop.running(SERVER, str(PRODUCTS)) as server:
        assert server.stdout is not None
        child = int(server.stdout.readline().removeprefix("child "))
        acknowledged = 0
        while acknowledged < PRODUCTS // 2:
            acknowledged = int(server.stdout.readline().removeprefix("acknowledged "))
        server.send_signal(signal.SIGKILL)
        rest, _ = server.communicate()
    acknowledged = max([acknowledged, *(int(line.split()[1]) for line in rest.splitlines())])
    wait_until("the child has gone", lambda: not is_running(child))
    with shop.running(SERVER, "0"), shop.opened() as v:
        wait_until("all are settled", lambda: settled(v))
        known = {product.product.id for product in v.catalog.products.page(None, PRODUCTS)}
        assert {f"p{number:05d}" for number in range(acknowledged)} <= known
        check_everything_arrived(v, known)


def test_a_killed_child_is_started_again(shop: TinyShop) -> None:
    with shop.running(SERVER, str(PRODUCTS)) as server, shop.opened() as v:
        assert server.stdout is not None
        child = int(server.stdout.readline().removeprefix("child "))
        wait_until("some are indexed", lambda: indexed(v) >= 10, server)
        os.kill(child, signal.SIGKILL)
        wait_until("the child has gone", lambda: not is_running(child), server)
        wait_until("all are settled", lambda: settled(v) and v.catalog.products.count() == PRODUCTS, server)
        check_everything_arrived(v, {f"p{number:05d}" for number in range(PRODUCTS)})
