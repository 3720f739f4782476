// Asks a server by HTTP as the SDK does: JSON there and back, nothing stored, nothing told of the page.

/** A server that does not answer within this is as good as gone; the caller tries again. */
const FETCH_TIMEOUT_MS = 10_000;

/** Rejects when nobody answered; `body` is null where the answer is no JSON. */
export async function fetchJson(
  url: string,
  { method, body }: { method: string; body?: unknown },
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}
