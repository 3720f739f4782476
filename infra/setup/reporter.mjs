// Owns what set-up prints: one line a step; a long step shows its progress in place on a terminal, else now and then.

/** Milliseconds between progress lines where the output is no terminal: less floods logs, more looks like a hang. */
const progressEveryMs = 10_000;
const nameWidth = 12;

/** "850 ms", "12 s" or "3 min 05 s". */
export const formatDuration = (ms) => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

/**
 * A reporter that writes to `stream`.
 * @param {{ stream?: { isTTY?: boolean, columns?: number, write(text: string): unknown }, now?: () => number }} [options]
 */
export const createReporter = ({ stream = process.stderr, now = () => performance.now() } = {}) => {
  const inPlace = stream.isTTY === true;
  const line = (mark, name, text) => `${mark} ${name.padEnd(nameWidth)} ${text}`;
  const fit = (text) => text.slice(0, Math.max(20, (stream.columns ?? 100) - 1));
  const clear = () => (inPlace ? '\r\x1b[2K' : '');

  /** A finished step that took no time worth telling. */
  const done = (name, text) => void stream.write(`${clear()}${line('✓', name, text)}\n`);
  const warn = (name, text) => void stream.write(`${clear()}${line('!', name, text)}\n`);

  /** Opens a step that may take long. `progress(text)` as often as wanted, then `end(text)`. */
  const begin = (name, text) => {
    const startedAt = now();
    let lastAt = startedAt;
    stream.write(inPlace ? `${clear()}${fit(line('…', name, text))}` : `${line('…', name, text)}\n`);
    return {
      progress: (detail) => {
        if (inPlace) {
          stream.write(`${clear()}${fit(line('…', name, `${text} ${detail}`))}`);
        } else if (now() - lastAt >= progressEveryMs) {
          lastAt = now();
          stream.write(`${line('…', name, `${text} ${detail}`)}\n`);
        }
      },
      end: (result) => done(name, `${result} (${formatDuration(now() - startedAt)})`),
      abandon: () => void stream.write(clear()),
    };
  };

  const fail = (error) => {
    stream.write(`${clear()}✗ ${error.message}\n`);
    for (const remedy of error.remedies ?? []) stream.write(`  ${remedy}\n`);
  };

  return { done, warn, begin, fail };
};
