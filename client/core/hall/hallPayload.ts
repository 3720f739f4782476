// What a machine in a hall says of itself to the members.
import * as v from 'valibot';

/** The sender is a machine that sends what is seen and heard in a hall: nobody's face and nobody's voice. */
export const HallPayload = v.object({ t: v.literal('hall') });
