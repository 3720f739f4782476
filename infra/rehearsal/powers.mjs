// What a process may do that not every root may.
import fs from 'node:fs';

/** Bit of a capability set (capabilities(7)): without it root raises no limit. */
const CAP_SYS_RESOURCE = 24n;

/** Whether the process of that id, or `self`, may raise limits: a container's root, and some machines', may not. */
export const mayRaiseLimits = (process) => {
  const [, set] = /^CapEff:\s*(\w+)$/m.exec(fs.readFileSync(`/proc/${process}/status`, 'utf8'));
  return ((BigInt(`0x${set}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
};
