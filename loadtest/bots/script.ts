// The language in which a Bot is told what to do: acts and waits, said again and again from the beginning.

export const ACTS = ['say', 'speak', 'react', 'raise', 'lower', 'lose', 'leave', 'crash', 'return'] as const;
export type ActName = (typeof ACTS)[number];
export type Step = { what: 'wait'; ms: number } | { what: ActName };

/** By name, what most who fill a room want; each is a script like any other. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  quiet: '60s',
  talk: 'say 15s speak 10s react 5s say 20s raise 10s lower 5s',
  churn: 'say 20s lose 30s say 20s leave 5s return 30s say 20s crash 3s return 30s',
};

const WAIT = /^(\d{1,4})(ms|s|m)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };
/** Less in one round, and Bots would do nothing but act. */
const LEAST_ROUND_MS = 100;

/** @param text the name of a script, or one: `say 5s leave 2s return 10s`. Throws an Error that says what is wrong with it. */
export function parseScript(text: string): Step[] {
  const words = (SCRIPTS[text] ?? text).trim().split(/\s+/);
  const steps = words.map(parseStep);
  let isOut = false;
  for (const { what } of steps) {
    if (what === 'wait') continue;
    if (isOut !== (what === 'return')) {
      throw new Error(isOut ? `who is out cannot "${what}" before "return"` : 'only who left or crashed can "return"');
    }
    isOut = what === 'leave' || what === 'crash';
  }
  if (isOut) throw new Error('a script is said again from the beginning: what leaves has to "return"');
  if (roundMs(steps) < LEAST_ROUND_MS) throw new Error(`a round has to wait for ${LEAST_ROUND_MS} ms or more`);
  return steps;
}

/** How long one round waits. */
export function roundMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (step.what === 'wait' ? step.ms : 0), 0);
}

function parseStep(word: string): Step {
  const [, count, unit] = WAIT.exec(word) ?? [];
  if (count !== undefined) return { what: 'wait', ms: Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN) };
  const act = ACTS.find((name) => name === word);
  if (act !== undefined) return { what: act };
  throw new Error(
    `"${word}" is no act (${ACTS.join(', ')}), no wait (500ms, 5s, 2m) and no script (${Object.keys(SCRIPTS).join(', ')})`,
  );
}
