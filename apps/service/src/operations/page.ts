// The page `/`: how many photos are where, and every address with what it is for. Plain HTML, so that it works offline.
import { html } from 'hono/html';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}' +
  'td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}code{font-size:.95em}';

/** Renders the page. */
export function statusPage(
  states: readonly { readonly state: string; readonly count: number }[],
  paths: Readonly<Record<string, object>>,
  keepHours: number,
) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { summary?: string }>).map(([method, { summary = '' }]) => ({
      call: `${method.toUpperCase()} ${path}`,
      summary,
    })),
  );
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>PhotoGuard</title><style>${STYLE}</style></head>
<body>
<h1>PhotoGuard</h1>
<p>Photos and results are deleted after ${keepHours} hours.</p>
<h2>Immunizations</h2>
<table>${states.length > 0 ? states.map(({ state, count }) => html`<tr><th>${state}</th><td>${count}</td></tr>`) : html`<tr><td>none yet</td></tr>`}</table>
<h2>Calls</h2>
<p>With <code>Authorization: Bearer &lt;key&gt;</code>. The full description is <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<table>${operations.map(({ call, summary }) => html`<tr><td><code>${call}</code></td><td>${summary}</td></tr>`)}</table>
<h2>Try it</h2>
<pre>curl -H "Authorization: Bearer $KEY" -F photo=@portrait.png -F 'options={"quick":true}' ${'$URL'}/v1/immunizations</pre>
</body>
</html>`;
}
