// Which pairs may be judged: those during which the machine was the same.

/** How far the floor may move between pairs before their values say more about the machine than about us. */
export const FLOOR_MOVE_LIMIT = 0.1;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** (largest − smallest) / smallest; 0 for one value. */
export function spread(values: readonly number[]): number {
  // Of a hundred thousand values no call takes each as an argument.
  const least = values.reduce((one, other) => Math.min(one, other), Infinity);
  const most = values.reduce((one, other) => Math.max(one, other), -Infinity);
  return least > 0 ? most / least - 1 : 0;
}

/** Indices of the most pairs whose floors lie within FLOOR_MOVE_LIMIT of each other. */
export function steadyPairs(floors: readonly number[]): number[] {
  const order = floors.map((_, index) => index).toSorted((left, right) => (floors[left] ?? 0) - (floors[right] ?? 0));
  let best: number[] = [];
  for (let from = 0; from < order.length; from++) {
    const limit = (floors[order[from] ?? 0] ?? 0) * (1 + FLOOR_MOVE_LIMIT);
    const within = order.slice(from).filter((index) => (floors[index] ?? 0) <= limit);
    if (within.length > best.length) best = within;
  }
  return best;
}
