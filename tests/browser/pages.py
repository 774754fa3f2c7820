"""A page made by hand that holds to the interface of web/README.md, and the server that shows it."""

from __future__ import annotations

import html
import json
import threading
from contextlib import contextmanager
from pathlib import Path

from orchestration.catalogue.modules import modules
from orchestration.serving import server_for
from orchestration.settings import PROJECT

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'"
)


def write_page(
    site: Path, columns, *, lang="zh", parquet="data.parquet", script="table.js", section="table", more=None
):
    """Write index.html, data.json and the scripts; the Parquet is the caller's."""
    scripts = modules(PROJECT)
    for path, content in scripts.content.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    facts = {"dataset": "data", "columns": columns, **(more or {})}
    (site / "data.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    (site / "index.html").write_text(
        f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>t</title>
<link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="{html.escape(POLICY)}"></head><body><main><h1>t</h1>
<section id="{section}" data-parquet="data.parquet" data-columns="data.json" data-lang="{lang}">
<h2>t</h2><div data-first-rows>static</div></section>
<button type="button" hidden data-copy="cite" data-copied="copied!">copy</button>
<pre id="cite">cited &lt;b&gt; text</pre>
</main><script type="module" src="{scripts.paths[script]}"></script>
<script type="module" src="{scripts.paths["copy.js"]}"></script></body></html>""",
        encoding="utf-8",
    )


@contextmanager
def served(site: Path):
    """The address at which a folder is served while the block runs."""
    server = server_for(site, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
