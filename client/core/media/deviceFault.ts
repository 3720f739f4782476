// Why a camera, microphone or screen did not come, as the Platform says it.
import * as v from 'valibot';
import type { DeviceFault } from '../types.ts';

const Faulted = v.object({
  fault: v.picklist([
    'denied',
    'systemDenied',
    'notFound',
    'busy',
    'unsuitable',
    'cancelled',
    'withheld',
    'unsupported',
    'failed',
  ] satisfies DeviceFault[]),
});

/** Platforms reject with an error that carries `fault`; anything else is `failed`. */
export function deviceFaultOf(error: unknown): DeviceFault {
  const parsed = v.safeParse(Faulted, error);
  return parsed.success ? parsed.output.fault : 'failed';
}
