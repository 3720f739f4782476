// What is kept by Peer id goes with the Peer.

/** Forgets whatever is known of those who are not there any more. */
export function keepOnly(
  known: Map<string, unknown> | Set<string>,
  present: readonly string[] | ReadonlySet<string>,
): void {
  const isThere = new Set(present);
  for (const peerId of known.keys()) if (!isThere.has(peerId)) known.delete(peerId);
}
