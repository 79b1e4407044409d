"""The application: controllers, the gate around them, and their documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from litestar import Litestar
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

from api.documentation import PagePlugin
from api.events.controllers import EventController
from api.events.snippet import snippet_route
from api.experiments.controllers import ExperimentController
from api.feed.controllers import FeedController
from api.gate import Gate
from api.health.controllers import HealthController, MetricsController
from api.health.readiness import Readiness
from api.jobs.controllers import JobController
from api.metrics import Metrics
from api.origins import Origins
from api.problems import answer_error
from api.products.controllers import ProductController
from api.products.photos import PhotoController
from api.products.thumbnails import Thumbnails
from api.requests import ApiRequest
from api.rules.controllers import RuleController
from api.search.controllers import SearchController
from api.service import Service
from api.storefront.controllers import ShopController, site_routes
from api.suggest.controllers import SuggestController
from api.synonyms.controllers import SynonymController
from api.users.controllers import UserController
from core.errors import ConfigurationError
from core.settings import Settings
from encoders.photos import PhotoLimits
from retrieval.wiring import Vitrine

_DESCRIPTION = """Search a shop's products by words, by picture, or both.

Errors are problem details (RFC 9457, `application/problem+json`) that name the `field`, the `value` and the `remedy`.
Ids in addresses are percent-encoded, a slash as `%2F`. With `VITRINE_API_KEY` set, everything but `/health/*`,
this documentation and the storefront's own files needs `Authorization: Bearer KEY`."""
_KEY = "apiKey"


def create_app(v: Vitrine, wake: Callable[[], None] = lambda: None) -> Litestar:
    """The API over opened parts, which stay the caller's to close.

    Parameters
    ----------
    wake: called, from any thread, after products have been stored, so that workers need not wait for their next look.

    Raises
    ------
    ConfigurationError: the API key is blank.
    """
    api_key = required_key(v.settings)
    readiness = Readiness(v)
    limits = PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max)
    service = Service(v, wake, Metrics(readiness.progress), readiness, Thumbnails(limits))

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        readiness.warm_up()
        try:
            yield
        finally:
            service.close()

    app = Litestar(
        [
            SearchController,
            ProductController,
            EventController,
            ExperimentController,
            FeedController,
            UserController,
            PhotoController,
            JobController,
            HealthController,
            MetricsController,
            ShopController,
            SuggestController,
            SynonymController,
            RuleController,
            snippet_route(),
            *site_routes(),
        ],
        exception_handlers={Exception: answer_error},
        lifespan=[running],
        logging_config=None,
        openapi_config=_documentation(),
        request_class=ApiRequest,
        request_max_body_size=v.settings.request_bytes_max,
        state=State({"service": service}),
    )
    app.asgi_handler = Gate(app.asgi_handler, api_key, service.metrics)
    if v.settings.cors_origins:
        app.asgi_handler = Origins(app.asgi_handler, v.settings.cors_origins)
    return app


def required_key(settings: Settings) -> str | None:
    """The key that requests have to carry, or None.

    Raises
    ------
    ConfigurationError: it is set but blank, which would look like protection and be none.
    """
    if settings.api_key is None:
        return None
    key = settings.api_key.get_secret_value().strip()
    if not key:
        raise ConfigurationError("VITRINE_API_KEY is set but blank. Set a real key, or unset it")
    return key


def _documentation() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Vitrine",
        version=_version(),
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        path="/docs",
        render_plugins=[PagePlugin(), JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
        components=Components(security_schemes={_KEY: SecurityScheme(type="http", scheme="bearer")}),
        security=[{_KEY: []}],
        tags=[
            Tag("search"),
            Tag("products"),
            Tag("events"),
            Tag("feeds"),
            Tag("experiments"),
            Tag("users"),
            Tag("jobs"),
            Tag("health"),
        ],
    )


def _version() -> str:
    try:
        return version("vitrine")
    except PackageNotFoundError:
        return "0"
