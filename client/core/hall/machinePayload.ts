// What a machine of a production says of itself to the members.
import { MACHINE_KINDS, type MachineKind } from '#e2ee';
import * as v from 'valibot';

/** The sender is a machine: in a hall, of which it sends what is seen and heard, or a feed, which only receives. Nobody's face, nobody's voice. */
export const MachinePayload = v.object({ t: v.picklist(MACHINE_KINDS) });
export type { MachineKind };
