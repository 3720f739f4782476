// What the group gives to the stage: of each epoch one key of its own, which viewers get wrapped under the watch secret.
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { wrapStageKey } from '../feed/wrap.ts';
import type { WrappedStage } from '../messages.ts';
import { epochOf, groupIdOf, type Group, type GroupEnv } from './group.ts';

export type { WrappedStage } from '../messages.ts';

/** MLS-Exporter("cc1 stage", "", 16), RFC 9420 8.5: says nothing of the room's keys. Whoever takes it wipes it. */
export function exportStageKey(env: GroupEnv, group: Group): Promise<Uint8Array> {
  return mlsExporter(group.mls.keySchedule.exporterSecret, 'cc1 stage', new Uint8Array(), 16, env.suite);
}

/** For who holds the watch link of the present generation, and this roster, as it was signed. */
export async function wrapStageOf(env: GroupEnv, group: Group, roster: Uint8Array): Promise<WrappedStage> {
  const [groupId, epoch] = [groupIdOf(group).slice(), epochOf(group)];
  const stageKey = await exportStageKey(env, group);
  return { groupId, epoch, wrapped: await wrapStageKey(env.keys.viewRoot, { groupId, epoch, stageKey }, roster) };
}
