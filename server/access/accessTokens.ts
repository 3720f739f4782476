// Issues and checks the server's tokens: short-lived access tokens for a Peer, long-lived ones for a Room's host.
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import * as v from 'valibot';
import { ProtocolError } from '#protocol/errors';
import { LinkGeneration } from '#protocol/hosting';
import { PeerId, Role, RoomId } from '#protocol/ids';
import { ACCESS_TOKEN_TTL_MS, FORMER_TOKEN_MS, HOST_TOKEN_TTL_MS } from '#protocol/limits';
import type { AccessTokens, Admission, Clock } from '../rooms/ports.ts';
import { randomBase64url } from '../util/secrets.ts';
import { IssuedTokens } from './IssuedTokens.ts';
import type { SigningKeys } from './signingKeys.ts';

const ISSUER = 'conclave';
/** Two audiences, so that neither token passes for the other. */
const ACCESS_AUDIENCE = 'conclave:access';
const HOST_AUDIENCE = 'conclave:host';
/** The allow-list: whatever a token's header asks for, only this is tried. */
const ALGORITHM = 'EdDSA';

const Generation = v.pipe(v.string(), v.maxLength(64));
const AccessClaims = v.object({
  sub: PeerId,
  room: RoomId,
  role: Role,
  gen: Generation,
  link: LinkGeneration,
  exp: v.number(),
});
const HostClaims = v.object({ sub: v.literal('host'), room: RoomId, gen: Generation });

/** Tokens are EdDSA JWTs (RFC 7519, RFC 8037) with `iss aud sub room role gen link iat exp jti` and `kid` in the header. */
export function createAccessTokens(keys: SigningKeys, clock: Clock, issued = new IssuedTokens()): AccessTokens {
  const sign = async (audience: string, subject: string, ttlMs: number, claims: JWTPayload) => {
    const nowSeconds = Math.floor(clock.now() / 1000);
    const expiresAtSeconds = nowSeconds + Math.floor(ttlMs / 1000);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: keys.signing.kid })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(expiresAtSeconds)
      .setJti(randomBase64url(12))
      .sign(keys.signing.key);
    return { token, expiresAtMs: expiresAtSeconds * 1000 };
  };

  const verify = async (audience: string, token: string, clockTolerance = 0): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(token, (header) => keyFor(keys, header.kid), {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        typ: 'JWT',
        requiredClaims: ['sub', 'exp', 'iat', 'jti'],
        currentDate: new Date(clock.now()),
        clockTolerance,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ProtocolError('token_expired', 'the token has expired');
      throw new ProtocolError('unauthorized', 'not a valid token');
    }
  };

  return {
    async issueAccess({ roomId, generation, peerId, role, linkGeneration }) {
      const claims = { room: roomId, role, gen: generation, link: linkGeneration };
      const made = await sign(ACCESS_AUDIENCE, peerId, ACCESS_TOKEN_TTL_MS, claims);
      const { token, expiresAtMs } = made;
      issued.remember(token, { roomId, generation, peerId, role, linkGeneration, expiresAtMs }, clock.now());
      return made;
    },
    issueHost: ({ roomId, generation }) =>
      sign(HOST_AUDIENCE, 'host', HOST_TOKEN_TTL_MS, { room: roomId, gen: generation }),
    verifyAccess: async (token) => issued.take(token, clock.now()) ?? admissionOf(await verify(ACCESS_AUDIENCE, token)),
    verifyFormer: async (token) => {
      const payload = await verify(ACCESS_AUDIENCE, token, FORMER_TOKEN_MS / 1000);
      return { ...admissionOf(payload), issuedAtMs: (payload.iat ?? Infinity) * 1000 };
    },
    async verifyHost(token) {
      const claims = parseClaims(HostClaims, await verify(HOST_AUDIENCE, token));
      return { roomId: claims.room, generation: claims.gen };
    },
    jwks: () => ({ keys: keys.published.map((key) => ({ ...key })) }),
  };
}

function admissionOf(payload: JWTPayload): Admission {
  const claims = parseClaims(AccessClaims, payload);
  const { sub: peerId, room: roomId, role, gen: generation, link: linkGeneration } = claims;
  return { peerId, roomId, role, generation, linkGeneration, expiresAtMs: claims.exp * 1000 };
}

function keyFor(keys: SigningKeys, kid: string | undefined) {
  const key = kid === undefined ? undefined : keys.verifying.get(kid);
  if (key === undefined) throw new ProtocolError('unauthorized', 'unknown key');
  return key;
}

function parseClaims<Schema extends v.GenericSchema>(schema: Schema, payload: JWTPayload): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, payload);
  if (!parsed.success) throw new ProtocolError('unauthorized', 'not a valid token');
  return parsed.output;
}
