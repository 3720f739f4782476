// Whether a browser's request comes from this server's own page, or from one that may embed it.

export interface OriginRules {
  /** The one origin people open; undefined means: the host that the request itself names. */
  publicOrigin: string | undefined;
  /** Only behind proxies of our own is `X-Forwarded-Host` believed. */
  trustedProxies: number;
  /** Other people's origins whose pages may embed this one and use its API; none unless the operator named them. */
  embedOrigins: readonly string[];
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const HOST = /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?$/;

/** The host that a browser asked, or undefined where the header is none that a browser sends. */
export function requestHost(
  headers: Headers,
  { trustedProxies }: Pick<OriginRules, 'trustedProxies'>,
): string | undefined {
  const forwarded = trustedProxies > 0 ? headers['x-forwarded-host'] : undefined;
  const host = typeof forwarded === 'string' ? forwarded : headers['host'];
  return typeof host === 'string' && HOST.test(host) ? host.toLowerCase() : undefined;
}

/** Requests without an Origin come from no browser page; what they may do, their token says. */
export function isOwnOrigin(headers: Headers, rules: Omit<OriginRules, 'embedOrigins'>): boolean {
  const origin = headers['origin'];
  if (origin === undefined) return true;
  if (typeof origin !== 'string') return false;
  if (rules.publicOrigin !== undefined) return origin === rules.publicOrigin;
  const host = requestHost(headers, rules);
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** An origin that the operator let embed this page, or undefined. */
export function embedderOf(headers: Headers, { embedOrigins }: OriginRules): string | undefined {
  const origin = headers['origin'];
  return typeof origin === 'string' && embedOrigins.includes(origin) ? origin : undefined;
}

/** From our own page, from no page, or from one of those that may embed ours. */
export function isWelcomeOrigin(headers: Headers, rules: OriginRules): boolean {
  return isOwnOrigin(headers, rules) || embedderOf(headers, rules) !== undefined;
}
