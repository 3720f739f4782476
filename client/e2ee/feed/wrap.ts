// One epoch's stage key for all viewers at once: wrapped under the watch secret, bound to the roster of the moment (SPEC E-151).
import { concatBytes, source, wipe } from '../util/bytes.ts';
import { openWith, sealWith } from './sealing.ts';
import { wrapInput, wrapKey, type ViewRoot } from './viewKeys.ts';

const STAGE_KEY_BYTES = 16;

export interface StageEpoch {
  groupId: Uint8Array;
  epoch: number;
}

/** AAD: "cc1 wrap" 0x00 groupId u64(epoch) SHA-256(roster). */
async function boundTo({ groupId, epoch }: StageEpoch, roster: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const digest = await crypto.subtle.digest('SHA-256', source(roster));
  return concatBytes(wrapInput(groupId, epoch), new Uint8Array(digest));
}

/** Takes ownership of `stageKey` and zeroes it, whatever happens. `roster` as it was signed. */
export async function wrapStageKey(
  root: ViewRoot,
  { groupId, epoch, stageKey }: StageEpoch & { stageKey: Uint8Array },
  roster: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const key = await wrapKey(root, groupId, epoch);
    return await sealWith(key, await boundTo({ groupId, epoch }, roster), stageKey);
  } finally {
    wipe(stageKey);
  }
}

/** The stage key, for its one owner to wipe; undefined where it is of another link, group, epoch or roster. Never throws. */
export async function openWrap(
  root: ViewRoot,
  { groupId, epoch, wrapped }: StageEpoch & { wrapped: Uint8Array },
  roster: Uint8Array,
): Promise<Uint8Array | undefined> {
  const key = await wrapKey(root, groupId, epoch);
  const stageKey = await openWith(key, await boundTo({ groupId, epoch }, roster), wrapped);
  return stageKey?.length === STAGE_KEY_BYTES ? stageKey : undefined;
}
