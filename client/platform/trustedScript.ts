// The page's one Trusted Types policy: scripts of this origin, and nothing else ever becomes one.

interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
}

/** Throws TypeError for a script of another origin. */
export function sameOriginScript(url: string, origin: string): string {
  const absolute = URL.canParse(url, origin) ? new URL(url, origin) : null;
  if (absolute?.origin !== origin) throw new TypeError('a script of another origin');
  return absolute.href;
}

let policy: ScriptUrlPolicy | null = null;

/** A URL that `new Worker` takes under `require-trusted-types-for 'script'; trusted-types conclave`. */
export function trustedScriptUrl(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const rules = { createScriptURL: (candidate: string) => sameOriginScript(candidate, globalThis.location.origin) };
  // A policy's name can be taken once, so it is kept.
  policy ??= trustedTypes ? trustedTypes.createPolicy('conclave', rules) : rules;
  return policy.createScriptURL(url);
}
