"""The records of a REST service: dlt's client turns the pages and asks again; here each answer is read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from zoneinfo import ZoneInfo

import requests
from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import paginators
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth
from dlt.sources.helpers.rest_client.client import RESTClient

from orchestration.pulling.answers import Door
from orchestration.pulling.errors import PullError
from orchestration.pulling.patience import Deadline, Patience
from orchestration.pulling.source import RestService
from orchestration.pulling.sources import secret
from orchestration.pulling.texts import local, parse, text_of

Record = dict[str, str | None]


class _Strict(RESTClient):
    """dlt's client, but for how an answer is read."""

    def __init__(self, service: RestService, session: Any) -> None:
        # Told here, dlt looks for no configuration of its own.
        configuration = RuntimeConfiguration(dlthub_telemetry=False)
        super().__init__(service.address, auth=_auth(service), session=session, config=configuration)
        self._path = service.records

    def extract_response(self, response: Any, data_selector: Any) -> list[Any]:
        """The records in an answer. Raises PullError."""
        return _records(response, self._path)


def pages_of(service: RestService, since: str | None, deadline: Deadline, patience: Patience) -> Iterator[list[Record]]:
    """The records page by page, with all their values as texts; `since` is the value of the cursor to begin at.

    Raises PullError where the service does not give what it should; SourcesError where its token is not set.
    """
    client = Client(
        request_timeout=(patience.connecting, patience.silence),
        raise_for_status=False,
        request_max_attempts=patience.attempts,
        request_backoff_factor=patience.first,
        request_max_retry_delay=patience.longest,
    )
    with closing(client.session) as session:
        session.headers["Accept"] = "application/json"
        for scheme in ("http://", "https://"):
            session.mount(scheme, Door(service.address, service.bounds, deadline))
        parameters = dict(service.parameters)
        if service.cursor and since is not None:
            parameters[service.cursor.parameter] = since
        if service.paging.get("kind") == "page" and "size" in service.paging:
            parameters[service.paging["size_parameter"]] = str(service.paging["size"])
        pages = _Strict(service, session).paginate(
            service.address, params=parameters, paginator=_paginator(service), data_selector="$"
        )
        cursor, zone = service.cursor.field if service.cursor else None, ZoneInfo(service.time_zone)
        try:
            for number, page in enumerate(pages, start=1):
                if number > service.bounds.pages:
                    raise PullError("too_many_pages", most=service.bounds.pages)
                deadline.check()
                yield [_texts(record, cursor, zone) for record in page]
        except requests.HTTPError as error:
            raise _status(error.response, service, patience) from None
        except requests.exceptions.SSLError:
            raise PullError("certificate") from None
        except requests.Timeout:
            raise PullError("silent", attempts=patience.attempts) from None
        except requests.exceptions.ChunkedEncodingError:
            raise PullError("broken_off", attempts=patience.attempts) from None
        except requests.RequestException:
            raise PullError("unreachable", attempts=patience.attempts) from None
        except ValueError:
            # Of the paginator; it quotes the answer.
            raise PullError("paging_unreadable") from None


def _records(answer: Any, path: str) -> list[Any]:
    try:
        found = parse(answer.content, answer.encoding or "utf-8")
    except (ValueError, LookupError):
        # Its text would quote the answer.
        raise PullError("json_broken") from None
    for name in filter(None, path.split(".")):
        if not isinstance(found, dict) or name not in found:
            raise PullError("records_missing", path=path)
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise PullError("records_none", path=path or "$")
    return found


def _texts(record: dict[str, Any], cursor: str | None, zone: ZoneInfo) -> Record:
    """The record as the cells of a row; only the cursor keeps its zone, for it is sent back."""
    texts = {name: text_of(value) for name, value in record.items()}
    return {name: text if name == cursor else local(text, zone) for name, text in texts.items()}


def _auth(service: RestService) -> Any:
    if not service.token:
        return None
    token = secret(service.token)
    if service.token_header:
        return APIKeyAuth(name=service.token_header, api_key=token)
    return BearerTokenAuth(token=token)


def _paginator(service: RestService) -> Any:
    paging = service.paging
    match paging.get("kind"):
        case "page":
            return paginators.PageNumberPaginator(
                base_page=paging.get("first", 1), page_param=paging["parameter"], total_path=paging.get("total")
            )
        case "offset":
            return paginators.OffsetPaginator(
                limit=paging["size"],
                offset_param=paging["parameter"],
                limit_param=paging["size_parameter"],
                total_path=paging.get("total"),
            )
        case "link":
            return paginators.JSONLinkPaginator(paging["path"])
        case "header":
            return paginators.HeaderLinkPaginator()
        case "token":
            return paginators.JSONResponseCursorPaginator(paging["path"], paging["parameter"])
    return paginators.SinglePagePaginator()


def _status(answer: Any, service: RestService, patience: Patience) -> PullError:
    status = answer.status_code
    if status in (401, 403):
        return PullError("not_allowed", status=str(status), variable=service.token or "token")
    if status in (404, 410):
        return PullError("no_such_address", status=str(status))
    if status == 429:
        return PullError("too_many_requests", attempts=patience.attempts)
    if status >= 500:
        return PullError("service_fails", status=str(status), attempts=patience.attempts)
    return PullError("request_refused", status=str(status))
