// What the server's processes hold in memory, in KiB.
import { readFileSync } from 'node:fs';

/** Proportional: what processes share counts once. */
const PSS = /^Pss:\s+(\d+) kB$/m;

export function memoryKib(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const found = PSS.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    if (found === undefined) throw new Error('the kernel does not tell what a process holds');
    return sum + Number(found);
  }, 0);
}
