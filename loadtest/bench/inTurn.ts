// The parts of a long run one after the other: one that fails takes nothing of what the others measured.

export interface InTurn<Result> {
  results: Result[];
  failed: string[];
}

/**
 * @param once throws where the part fails
 * @param gate a part without which those after it would measure next to nothing: its failure ends the run
 */
export function inTurn<Result>(
  parts: readonly string[],
  once: (part: string) => Result,
  { gate, say }: { gate: string; say: (line: string) => void },
): InTurn<Result> {
  const done: InTurn<Result> = { results: [], failed: [] };
  for (const [index, part] of parts.entries()) {
    say(`── ${index + 1} of ${parts.length}: ${part}`);
    try {
      done.results.push(once(part));
    } catch (error) {
      say(`── ${part} failed: ${error instanceof Error ? error.message : String(error)}`);
      done.failed.push(part);
      if (part === gate) return done;
    }
  }
  return done;
}
