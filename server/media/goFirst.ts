// Media before everything else: a Worker's place in the kernel's queue for the processor.
import { setPriority } from 'node:os';

/**
 * nice(2) of a Worker; the server's own process, and what else runs beside it, has 0. A Worker's packets wait for a core otherwise while Node
 * answers somebody, and each that waits is one for every viewer. Not lower: where Workers are too busy, the server still has to say so to who comes.
 */
export const WORKER_NICE = -10;

/**
 * Lets a Worker go first from now on; decision 0022.
 * @returns false where the system allows that to nobody like us (RLIMIT_NICE, CAP_SYS_NICE), and it goes on as before
 */
export function goFirst(pid: number): boolean {
  try {
    setPriority(pid, WORKER_NICE);
    return true;
  } catch {
    return false;
  }
}
