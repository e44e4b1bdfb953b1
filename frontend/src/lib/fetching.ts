// Requests to our own server: JSON or HTML, with a time limit; a sign-in page in place of data is an error.
export class FetchFailed extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

const LIMIT_MS = 15_000;

async function get(address: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const response = await fetch(address, {
    headers: { Accept: accept, "X-Requested-With": "fetch" },
    credentials: "same-origin",
    signal: signal === undefined ? limit : anyOf(signal, limit),
  });
  if (!response.ok) throw new FetchFailed(response.status, `${address}: ${response.status}`);
  return response;
}

function anyOf(first: AbortSignal, second: AbortSignal): AbortSignal {
  const both = new AbortController();
  for (const one of [first, second]) {
    if (one.aborted) both.abort(one.reason);
    one.addEventListener("abort", () => both.abort(one.reason), { once: true });
  }
  return both.signal;
}

export async function getJson(address: string, signal?: AbortSignal): Promise<unknown> {
  const response = await get(address, "application/json", signal);
  if (!(response.headers.get("Content-Type") ?? "").includes("json")) {
    throw new FetchFailed(401, `${address}: no JSON`);
  }
  return (await response.json()) as unknown;
}

export async function getHtml(address: string, signal?: AbortSignal): Promise<DocumentFragment> {
  const response = await get(address, "text/html", signal);
  if (response.redirected) throw new FetchFailed(401, `${address}: redirected`);
  return fragment(await response.text());
}

/** Parses our server's own HTML; scripts in it never run. */
export function fragment(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
