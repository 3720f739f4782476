// By what a speaker's page that loads anew shows that it is the one from before.
import * as v from 'valibot';

/** 32 bytes, base64url. */
const Bytes32 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** `h`: SHA-256 of a secret that this device alone has; `was`: the secret whose hash it told before, where it did. */
export const SpeakerTagPayload = v.object({
  t: v.literal('speakerTag'),
  h: Bytes32,
  was: v.nullable(Bytes32),
});
