// Whether a Transport's packets go over a TURN server, by the browser's own figures.

type Stats = Iterable<Record<string, unknown>>;

/** Browsers differ in how they say which pair is in use; where there is none, nothing is relayed. */
export function isRelayed(stats: Stats): boolean {
  const byId = new Map([...stats].map((one) => [one.id, one]));
  const all = [...byId.values()];
  const told = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
  const pair = told
    ? byId.get(told.selectedCandidatePairId)
    : all.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
  return byId.get(pair?.localCandidateId)?.candidateType === 'relay';
}
