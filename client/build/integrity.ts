// Subresource integrity: writes into the built document the hash of everything that it loads, so that no other bytes run.
import { createHash } from 'node:crypto';

/** What stands in `integrity` and in the build's list: SHA-384, base64. Source: W3C Subresource Integrity, section 3. */
export const integrityOf = (content: string | Uint8Array): string =>
  `sha384-${createHash('sha384').update(content).digest('base64')}`;

const LOADING_TAG = /<(script|link)\b[^>]*>/g;
const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

/** No screen there is. */
const NEVER = 'not all';
const GIVING_WAY = 'fetchpriority="low"';
const ASYNC_SCRIPT = /^([^\S\n]*)<script\b(?=[^>]*\stype="module")[^>]*\sasync\s[^>]*><\/script>\n/m;
/** What all hashes stand before: a style sheet that gives way to them, or the head's end. */
const BEHIND_HASHES = new RegExp(`^[^\\S\\n]*<(?:link rel="stylesheet" ${GIVING_WAY}|/head>)`, 'm');

/** The address that a tag loads script or style from; undefined for a tag that loads neither. */
function loadedBy(tag: string): string | undefined {
  if (tag.startsWith('<script')) {
    const source = attribute(tag, 'src');
    if (source === undefined) throw new Error('the document has an inline script, which nothing can vouch for');
    return source;
  }
  return /^(stylesheet|modulepreload)$/.test(attribute(tag, 'rel') ?? '') ? attribute(tag, 'href') : undefined;
}

/**
 * Adds `integrity` to every script, stylesheet and module preload of `html`. Chunks that the document does not name get a
 * preload of their own: a module that is loaded by `import` can carry its hash nowhere else without an inline script. They give way
 * to what the page begins with.
 * @param hashes address → `sha384-…` of every built file
 * @param chunks addresses of all scripts that run in the page, those that are needed first before others
 * @param later of further ones by the name of their part, which the page asks for itself (`client/ui/askForLater.ts`): until then they would share its line
 * @throws Error for an inline script, or one that is not among the built files
 */
export function addIntegrity(
  html: string,
  hashes: ReadonlyMap<string, string>,
  chunks: readonly string[],
  later: ReadonlyMap<string, readonly string[]> = new Map(),
): string {
  const hashOf = (address: string): string => {
    const hash = hashes.get(address);
    if (hash === undefined) throw new Error(`the document loads ${address}, which is not part of the build`);
    return hash;
  };
  // A connection that is open already goes to what is asked for first: the scripts that the first one waits for, and they are larger.
  const ordered = html.replace(
    /^([^\S\n]*<script\b[^>]*><\/script>\n)((?:[^\S\n]*<link rel="modulepreload"[^>]*>\n)+)/m,
    '$2$1',
  );
  const named = new Set<string>();
  const isAsync = ASYNC_SCRIPT.test(ordered);
  const sealed = withAsyncFirst(ordered).replace(LOADING_TAG, (tag) => {
    const address = loadedBy(tag);
    if (address === undefined) return tag;
    named.add(address);
    return tag.replace(/\s*\/?>$/, ` integrity="${hashOf(address)}">`);
  });
  const preloadsOf = (addresses: readonly string[], when: string): string[] =>
    addresses
      .filter((address) => !named.has(address))
      .map(
        (address) =>
          `<link rel="modulepreload"${when && ` ${when}`} crossorigin href="${address}" integrity="${hashOf(address)}">\n    `,
      );
  const preloads = [
    ...preloadsOf(chunks, isAsync ? '' : GIVING_WAY),
    ...[...later].flatMap(([part, addresses]) => preloadsOf(addresses, `media="${NEVER}" data-later="${part}"`)),
  ];
  // Behind what the page begins with, which is asked for in this order; no module runs, and imports another, before all of it is read.
  return sealed.replace(
    BEHIND_HASHES,
    (next) => `    ${preloads.join('')}`.trimEnd() + (preloads.length > 0 ? '\n' : '') + next,
  );
}

/**
 * For a page whose first script waits for no style sheet. The script stands last, behind all hashes of what it imports, and is asked for
 * right behind those that it imports at once; the style sheet, which nobody looks at yet, gives way to all that a picture waits for.
 * @throws Error where it could not be taken from what was asked for ahead
 */
function withAsyncFirst(html: string): string {
  const [script, indent] = ASYNC_SCRIPT.exec(html) ?? [];
  if (script === undefined) return html;
  if (!/\scrossorigin\s/.test(script))
    throw new Error(`the document's first script cannot be asked for ahead: ${script.trim()}`);
  const preload = `${indent}<link rel="modulepreload" crossorigin href="${attribute(script, 'src')}">\n`;
  return html
    .replace(script, () => preload)
    .replaceAll('<link rel="stylesheet" ', `<link rel="stylesheet" ${GIVING_WAY} `)
    .replace(/^[^\S\n]*<\/body>/m, (end) => script.replace('<script ', '<script fetchpriority="high" ') + end);
}
