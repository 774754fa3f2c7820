"""A REST service is read page by page, whatever kind of pages it has, and nothing that it says is lost or guessed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.pulling.patience import Patience
from orchestration.settings import Settings
from tests.pulling.conftest import AT_ONCE, SUBMITTER, Declare, elsewhere, pull_one
from tests.pulling.service import Answer, Asked, Service, json_of

PRODUCTS = [
    {"企业名称": f"烟台样例{n}有限公司", "产品名称": f"样例{n}号", "updated_at": f"2024-03-{n:02}T08:00:00Z"}
    for n in range(1, 8)
]
WITH_CURSOR = {"cursor": {"field": "updated_at", "parameter": "since"}}


def rows(settings: Settings, submission: str | None) -> list[dict[str, Any]]:
    assert submission is not None
    return pq.read_table(settings.inbox / submission).to_pylist()


def rest(service: Service, **said: Any) -> dict[str, Any]:
    return {"kind": "rest", "address": f"{service.address}/products", **said}


def since(asked: Asked) -> list[dict[str, str]]:
    return [one for one in PRODUCTS if one["updated_at"] >= asked.parameters.get("since", "")]


def by_page(asked: Asked) -> Answer:
    page = int(asked.parameters["page"])
    return json_of({"data": {"items": since(asked)[3 * page - 3 : 3 * page]}, "pages": 3})


def by_offset(asked: Asked) -> Answer:
    offset, limit = int(asked.parameters["offset"]), int(asked.parameters["limit"])
    return json_of({"items": PRODUCTS[offset : offset + limit], "count": len(PRODUCTS)})


def by_link(asked: Asked) -> Answer:
    page = int(asked.parameters.get("p", 1))
    after = f"/products?p={page + 1}" if page < 3 else None
    return json_of({"items": PRODUCTS[3 * page - 3 : 3 * page], "links": {"next": after}})


def by_header(asked: Asked) -> Answer:
    page = int(asked.parameters.get("p", 1))
    link = {"Link": f'</products?p={page + 1}>; rel="next"'} if page < 3 else {}
    return json_of(PRODUCTS[3 * page - 3 : 3 * page], headers=link)


def by_token(asked: Asked) -> Answer:
    begin = int(asked.parameters.get("after", 0))
    return json_of({"items": PRODUCTS[begin : begin + 3], "next": str(begin + 3) if begin + 3 < 7 else None})


PAGINGS = {
    "page": (by_page, {"records": "data.items", "paging": {"kind": "page", "parameter": "page"}}, 4),
    "page of a known number": (
        by_page,
        {"records": "data.items", "paging": {"kind": "page", "parameter": "page", "total": "pages"}},
        3,
    ),
    "offset": (
        by_offset,
        {"records": "items", "paging": {"kind": "offset", "parameter": "offset", "size_parameter": "limit", "size": 2}},
        5,
    ),
    "link": (by_link, {"records": "items", "paging": {"kind": "link", "path": "links.next"}}, 3),
    "header": (by_header, {"paging": {"kind": "header"}}, 3),
    "token": (by_token, {"records": "items", "paging": {"kind": "token", "path": "next", "parameter": "after"}}, 3),
}


@pytest.mark.parametrize("name", PAGINGS)
def test_every_kind_of_paging_gives_all_records_in_their_order(
    name: str, service: Service, settings: Settings, declare: Declare
) -> None:
    service.reply, said, requests = PAGINGS[name]
    declare(products=rest(service, **said))
    pulled = pull_one(settings)
    assert pulled.error is None
    assert (pulled.records, pulled.submission) == (7, f"2024-02/{SUBMITTER}/new_products/products.parquet")
    assert [row["产品名称"] for row in rows(settings, pulled.submission)] == [f"样例{n}号" for n in range(1, 8)]
    assert len(service.asked) == requests


def test_only_what_is_new_is_pulled_and_nothing_new_is_no_file(
    service: Service, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.reply = by_page
    paging = {"records": "data.items", "paging": {"kind": "page", "parameter": "page"}}
    declare(products=rest(service, **paging, **WITH_CURSOR))
    first = pull_one(settings)
    assert first.submission == f"2024-02/{SUBMITTER}/new_products/products-000001.parquet"
    before = (settings.inbox / first.submission).read_bytes()
    service.asked.clear()
    again = pull_one(settings)
    # The service gives the last record again, for it asks for what is not earlier.
    assert (again.records, again.submission, again.error) == (0, None, None)
    assert {asked.parameters["since"] for asked in service.asked} == {"2024-03-07T08:00:00Z"}
    later = {"产品名称": "样例8号", "updated_at": "2024-03-07T08:00:00Z", "类别": "新产品"}
    monkeypatch.setattr("tests.pulling.test_rest.PRODUCTS", [*PRODUCTS, later])
    third = pull_one(settings)
    assert (third.records, third.submission) == (1, f"2024-02/{SUBMITTER}/new_products/products-000002.parquet")
    assert rows(settings, third.submission) == [later]
    assert (settings.inbox / first.submission).read_bytes() == before


def test_the_same_answers_make_the_same_bytes(
    service: Service, settings: Settings, declare: Declare, tmp_path: Path
) -> None:
    service.reply = by_link
    declare(products=rest(service, **PAGINGS["link"][1]))
    other = elsewhere(settings, tmp_path / "other")
    one, two = pull_one(settings), pull_one(other)
    assert one.submission and two.submission
    assert (settings.inbox / one.submission).read_bytes() == (other.inbox / two.submission).read_bytes()


def test_without_a_cursor_what_is_pulled_replaces_what_was(
    service: Service, settings: Settings, declare: Declare
) -> None:
    declare(products=rest(service))
    names = []
    # In another order it is the same, and the same is not sent twice.
    for records in (PRODUCTS[:3], PRODUCTS[2::-1], PRODUCTS[:2], PRODUCTS[:3]):
        service.in_turn(json_of(records))
        pulled = pull_one(settings)
        names.append(pulled.submission and pulled.submission.rpartition("/")[2])
    assert names == ["products.parquet", None, "products-correction1.parquet", "products-correction2.parquet"]
    service.in_turn(json_of([]))
    assert pull_one(settings).error.reason == "all_gone"  # type: ignore[union-attr]


def test_values_are_texts_as_a_form_has_them(service: Service, settings: Settings, declare: Declare) -> None:
    record = """{"whole": 12, "float": 4111010001.0, "exact": 12345678901234567890.123456789, "million": 1.2E7,
      "lost": 9.137E+17, "yes": true, "no": false, "none": null, "blank": " ", "list": ["发明专利", "软件著作权"],
      "odd list": ["a、b", 1.50], "nested": {"a": [1.50, null, "é"]}, "empty": [], "local": "2024-03-04T16:00:00Z",
      "hour": "2024-03-05T09:30:00+09:00", "day": "2024-03-05", "updated_at": "2024-03-05T00:00:00Z"}"""
    service.in_turn(Answer(f"[{record}]".encode()))
    declare(products=rest(service, leave_out=["whole"], **WITH_CURSOR))
    assert rows(settings, pull_one(settings).submission) == [
        {
            "float": "4111010001",
            "exact": "12345678901234567890.123456789",
            "million": "12000000",
            "lost": "9.137E+17",
            "yes": "TRUE",
            "no": "FALSE",
            "none": None,
            "blank": None,
            "list": "发明专利；软件著作权",
            "odd list": '["a、b",1.50]',
            "nested": '{"a":[1.50,null,"é"]}',
            "empty": None,
            # Midnight in Shandong: the fifth of March, whatever the service calls it.
            "local": "2024-03-05",
            "hour": "2024-03-05 08:30:00",
            "day": "2024-03-05",
            "updated_at": "2024-03-05T00:00:00Z",
        }
    ]


def test_records_need_not_have_the_same_columns(service: Service, settings: Settings, declare: Declare) -> None:
    service.in_turn(json_of([{"a": "1"}, {"b": "2", "a": "3"}]))
    declare(products=rest(service))
    assert rows(settings, pull_one(settings).submission) == [{"a": "1", "b": None}, {"a": "3", "b": "2"}]


def test_a_service_in_gb18030_and_gzip_is_understood(service: Service, settings: Settings, declare: Declare) -> None:
    body = gzip.compress(json.dumps([{"企业名称": "烟台"}], ensure_ascii=False).encode("gb18030"))
    kind = "application/json; charset=GB18030"
    service.in_turn(Answer(body, kind=kind, headers={"Content-Encoding": "gzip"}))
    declare(products=rest(service))
    assert rows(settings, pull_one(settings).submission) == [{"企业名称": "烟台"}]


def test_an_answer_in_chunks_is_read_to_its_end_or_not_at_all(
    service: Service, settings: Settings, declare: Declare
) -> None:
    body = json_of(PRODUCTS).body
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:]))
    chunked = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    declare(products=rest(service))
    service.in_turn(Answer(chunks, headers=chunked, cut=9))
    assert pull_one(settings).error.reason == "broken_off"  # type: ignore[union-attr]
    service.in_turn(Answer(chunks + b"0\r\n\r\n", headers=chunked))
    assert pull_one(settings).records == 7


@pytest.mark.parametrize(
    ("said", "header", "value"),
    [({}, "Authorization", "Bearer s3cret-token"), ({"token_header": "X-Key"}, "X-Key", "s3cret-token")],
)
def test_the_token_comes_from_the_environment(
    said: dict[str, str],
    header: str,
    value: str,
    service: Service,
    settings: Settings,
    declare: Declare,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service.in_turn(json_of(PRODUCTS))
    declare(products=rest(service, token="YANTAI_TOKEN", **said))
    assert "YANTAI_TOKEN" in str(pull_one(settings).error)
    assert not service.asked
    monkeypatch.setenv("YANTAI_TOKEN", "s3cret-token")
    assert pull_one(settings).records == 7
    assert service.asked[0].headers[header] == value
    assert "s3cret" not in "".join(
        path.read_text("latin-1") for path in settings.workspace.rglob("*") if path.is_file()
    )


def faults() -> Iterator[tuple[str, list[Answer], dict[str, Any], str, int]]:
    """Name, answers, what the source says more, the reason that is told, how often the service was asked."""
    good = json_of(PRODUCTS)
    yield "token refused", [Answer(status=401)], {}, "not_allowed", 1
    yield "forbidden", [Answer(status=403)], {}, "not_allowed", 1
    yield "gone", [Answer(status=410)], {}, "no_such_address", 1
    yield "bad request", [Answer(status=400, body=b"s3cret")], {}, "request_refused", 1
    yield "fails", [Answer(status=503)], {}, "service_fails", 5
    yield "busy", [Answer(status=429)], {}, "too_many_requests", 5
    yield "cut off", [Answer(good.body, cut=5)], {}, "broken_off", 5
    yield "cut off in peace", [Answer(good.body[:-5])], {}, "json_broken", 1
    yield "a page to log in", [Answer(b"<html>", kind="text/html")], {}, "no_json", 1
    yield "no type", [Answer(good.body, kind="")], {}, "no_json", 1
    yield "moved", [Answer(status=302, headers={"Location": "http://127.0.0.1:9/"})], {}, "redirect", 1
    yield "NaN", [Answer(b'[{"a": NaN}]')], {}, "json_broken", 1
    yield "a name twice", [Answer(b'[{"a": 1, "a": 2}]')], {}, "json_broken", 1
    yield "half a pair", [Answer(b'[{"a": "\\ud800"}]')], {}, "json_broken", 1
    yield "no UTF-8", [Answer(b'[{"a": "\xff"}]')], {}, "json_broken", 1
    yield "a deep hole", [Answer(b"[" * 100_000 + b"]" * 100_000)], {}, "json_broken", 1
    yield "no list", [json_of({"items": 3})], {"records": "items"}, "records_none", 1
    yield "a list of texts", [json_of(["a"])], {}, "records_none", 1
    yield "another document", [json_of({"error": 1})], {"records": "data.items"}, "records_missing", 1
    yield "nothing in records", [json_of([{}])], {}, "no_columns", 1
    yield "no gzip", [Answer(good.body, headers={"Content-Encoding": "gzip"})], {}, "no_json", 1
    yield "large", [json_of(["x" * 3000])], {"limits": {"page_bytes": 2000}}, "page_too_large", 1
    bomb = Answer(gzip.compress(b"[" + b" " * 5_000_000 + b"]"), headers={"Content-Encoding": "gzip"})
    yield "a bomb", [bomb], {"limits": {"page_bytes": 1_000_000}}, "page_too_large", 1
    yield "many", [good], {"limits": {"records": 6}}, "too_many_records", 1
    yield "a long value", [json_of([{"a": "x" * 32_768}])], {}, "value_too_long", 1
    yield "wide", [json_of([{f"c{n}": "x" for n in range(1001)}])], {}, "too_many_columns", 1
    paging = {"kind": "page", "parameter": "page"}
    yield "the same page for ever", [good], {"paging": paging}, "page_again", 2
    yield "no total", [good], {"paging": paging | {"total": "pages"}}, "paging_unreadable", 1
    link = {"records": "items", "paging": {"kind": "link", "path": "next"}}
    endless = json_of({"items": [], "next": "/products"})
    yield "empty pages for ever", [endless], {**link, "limits": {"pages": 20}}, "too_many_pages", 21
    yield "on to another host", [json_of({"items": PRODUCTS, "next": "http://127.0.0.1:9/"})], link, "elsewhere", 1
    yield "on to another name", [json_of({"items": [], "next": "http://localhost:9/"})], link, "elsewhere", 1
    mixed = [{"updated_at": "2024-03-05"}, {"updated_at": "2024-03-05T00:00:00Z"}]
    yield "cursors of two kinds", [json_of(mixed)], WITH_CURSOR, "cursor_mixed", 1


@pytest.mark.parametrize(
    ("answers", "said", "reason", "asked"), [fault[1:] for fault in faults()], ids=[fault[0] for fault in faults()]
)
def test_what_a_service_should_not_do_is_told_and_leaves_nothing(
    answers: list[Answer],
    said: dict[str, Any],
    reason: str,
    asked: int,
    service: Service,
    settings: Settings,
    declare: Declare,
) -> None:
    service.in_turn(*answers)
    declare(products=rest(service, **said))
    pulled = pull_one(settings)
    assert pulled.error is not None
    assert getattr(pulled.error, "reason", pulled.error) == reason
    assert len(service.asked) == asked
    assert list(settings.inbox.rglob("*")) == []
    assert {path.name for path in (settings.workspace / "pull").iterdir()} == {"lock"}
    told = str(pulled.error)
    assert not any(secret in told for secret in ("s3cret", "样例", "127.0.0.1"))


def test_a_service_that_recovers_is_waited_for(
    service: Service, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
    good = json_of(PRODUCTS)
    service.in_turn(
        Answer(status=500), Answer(good.body, cut=9), Answer(status=429, headers={"Retry-After": "7"}), good
    )
    declare(products=rest(service))
    assert pull_one(settings, Patience(first=1, longest=60)).records == 7
    assert waits == [1, 2, 7]
    service.in_turn(Answer(status=429, headers={"Retry-After": "86400"}), json_of(PRODUCTS[:3]))
    assert pull_one(settings, Patience(first=1, longest=60)).records == 3
    assert waits == [1, 2, 7, 60]


def test_a_service_that_is_not_there_is_told(settings: Settings, declare: Declare) -> None:
    declare(products={"kind": "rest", "address": "http://127.0.0.1:9/products"})
    assert pull_one(settings).error.reason == "unreachable"  # type: ignore[union-attr]


def test_what_was_pulled_before_a_fault_comes_with_the_next_pull(
    service: Service, settings: Settings, declare: Declare
) -> None:
    declare(products=rest(service, records="data.items", paging={"kind": "page", "parameter": "page"}, **WITH_CURSOR))
    service.reply = lambda asked: Answer(status=500) if asked.parameters["page"] == "2" else by_page(asked)
    assert pull_one(settings).error.reason == "service_fails"  # type: ignore[union-attr]
    service.reply = by_page
    assert pull_one(settings).records == 7


def test_pages_that_move_while_they_are_read_give_no_record_twice(
    service: Service, settings: Settings, declare: Declare
) -> None:
    declare(products=rest(service, paging={"kind": "page", "parameter": "page"}))
    pages = {"1": PRODUCTS[:3], "2": PRODUCTS[2:5], "3": PRODUCTS[4:7]}
    service.reply = lambda asked: json_of(pages.get(asked.parameters["page"], []))
    assert [row["产品名称"] for row in rows(settings, pull_one(settings).submission)] == [
        f"样例{n}号" for n in range(1, 8)
    ]


def test_a_slow_service_is_left_in_time(
    service: Service, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr("orchestration.pulling.patience.monotonic", lambda: next(clock))
    service.reply = by_page
    declare(
        products=rest(
            service,
            records="data.items",
            paging={"kind": "page", "parameter": "page"},
            limits={"seconds": 100},
        )
    )
    assert pull_one(settings, AT_ONCE).error.reason == "too_slow"  # type: ignore[union-attr]


def test_a_service_that_drips_is_left_in_time(
    service: Service, settings: Settings, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr("orchestration.pulling.patience.monotonic", lambda: next(clock))
    service.in_turn(Answer(json_of(PRODUCTS).body, cut=100, held=True))
    declare(products=rest(service, limits={"seconds": 50}))
    # What has come is looked at, though more is to come.
    assert pull_one(settings, AT_ONCE).error.reason == "too_slow"  # type: ignore[union-attr]
    assert len(service.asked) == 1


def test_a_service_that_falls_silent_is_asked_again(service: Service, settings: Settings, declare: Declare) -> None:
    service.in_turn(Answer(json_of(PRODUCTS).body, cut=100, held=True), json_of(PRODUCTS))
    declare(products=rest(service))
    assert pull_one(settings, Patience(first=0, longest=0, silence=0.2)).records == 7


def test_records_without_the_cursor_come_once(service: Service, settings: Settings, declare: Declare) -> None:
    undated = {"产品名称": "无日期"}
    declare(products=rest(service, **WITH_CURSOR))
    service.in_turn(json_of([undated, PRODUCTS[0]]))
    assert pull_one(settings).records == 2
    service.in_turn(json_of([undated, PRODUCTS[0], PRODUCTS[1]]))
    assert pull_one(settings).records == 1
    service.in_turn(json_of([undated, PRODUCTS[1]]))
    assert pull_one(settings).submission is None


def test_an_overlap_finds_what_was_committed_late(service: Service, settings: Settings, declare: Declare) -> None:
    declare(products=rest(service, cursor=WITH_CURSOR["cursor"] | {"overlap": 86_400, "start": "2024-01-01"}))
    service.in_turn(json_of(PRODUCTS[:2] + PRODUCTS[3:4]))
    assert pull_one(settings).records == 3
    assert service.asked[0].parameters["since"] == "2024-01-01"
    service.in_turn(json_of(PRODUCTS[2:4]))
    pulled = pull_one(settings)
    assert service.asked[1].parameters["since"] == "2024-03-03T08:00:00Z"
    assert rows(settings, pulled.submission) == [PRODUCTS[2]]
