// Asks for a part of the page whose scripts the document names, with their hashes, and does not load: what a page begins with has the line to itself.

/**
 * Twice does no harm: each is asked for once. Whoever imports one of them calls this before, since it carries its hash nowhere else.
 * @param part as `client/vite.config.ts` names it
 */
export function askForLater(part: 'watchPage'): void {
  for (const link of document.querySelectorAll(`link[rel="modulepreload"][data-later="${part}"]`)) {
    link.remove();
    // A link that stands in the document is not looked at again.
    const asked = document.createElement('link');
    for (const name of ['rel', 'crossorigin', 'integrity', 'href'])
      asked.setAttribute(name, link.getAttribute(name) ?? '');
    document.head.append(asked);
  }
}
