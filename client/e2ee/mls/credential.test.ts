// Names, their MACs, and key packages on their way.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEnv, identityOf, keyPackageFor, NOW_MS } from '../test/members.ts';
import { createBeacon, verifyBeacon } from './beacon.ts';
import { createCredential, MAX_NAME_LENGTH, readIdentity, verifyCredential } from './credential.ts';
import type { GroupEnv } from './group.ts';
import { cleanDisplayName } from './displayName.ts';
import { openKeyPackage, sealKeyPackage } from './keyPackage.ts';

const GROUP = new Uint8Array(16).fill(4);
const KEY = new Uint8Array(32).fill(9);
let env: GroupEnv;
beforeAll(async () => {
  env = await createEnv();
});

describe('credential', () => {
  it('E-20 whatever name people take, it reads back, cut between characters where it is too long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (displayName) => {
        const credential = await createCredential({ ...identityOf('p', GROUP), displayName }, KEY, env.keys);
        const identity = await verifyCredential(credential, KEY, GROUP, env.keys);
        if (displayName.length <= 100) expect(identity!.displayName).toBe(cleanDisplayName(displayName));
        else
          expect(cleanDisplayName(displayName.normalize('NFC')).slice(0, 20)).toBe(identity!.displayName.slice(0, 20));
        expect(identity!.displayName.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
      }),
    );
  });

  it('E-21 another signature key, group or link, or any changed byte, and it does not count', async () => {
    const credential = await createCredential(identityOf('p', GROUP), KEY, env.keys);
    const { keys } = env;
    expect(await verifyCredential(credential, KEY, GROUP, keys)).toMatchObject({ peerId: 'p', timeMs: NOW_MS });
    expect(await verifyCredential(credential, KEY.with(0, 1), GROUP, keys)).toBeUndefined();
    expect(await verifyCredential(credential, KEY, GROUP.with(0, 1), keys)).toBeUndefined();
    expect(await verifyCredential(credential, KEY, GROUP, (await createEnv(8)).keys)).toBeUndefined();
    expect(await verifyCredential(credential, KEY, GROUP, (await createEnv(7, 1)).keys)).toBeUndefined();
    if (credential.credentialType !== 'basic') throw new Error('not meant');
    for (let at = 0; at < credential.identity.length; at += 7) {
      const identity = credential.identity.with(at, credential.identity[at]! ^ 1);
      expect(await verifyCredential({ credentialType: 'basic', identity }, KEY, GROUP, keys)).toBeUndefined();
    }
  });

  it('E-21 no bytes make a reader throw, and X.509 is none of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1_200 }), async (identity) => {
        readIdentity({ credentialType: 'basic', identity });
        expect(await verifyCredential({ credentialType: 'basic', identity }, KEY, GROUP, env.keys)).toBeUndefined();
      }),
    );
    expect(readIdentity({ credentialType: 'x509', certificates: [KEY] })).toBeUndefined();
  });
});

describe('beacon', () => {
  it('E-12 is right for its group and link only', async () => {
    const beacon = await createBeacon(env.keys.beacon, GROUP);
    expect(beacon).toHaveLength(32);
    expect(await verifyBeacon(env.keys.beacon, GROUP, beacon)).toBe(true);
    expect(await verifyBeacon(env.keys.beacon, GROUP.with(3, 0), beacon)).toBe(false);
    expect(await verifyBeacon((await createEnv(8)).keys.beacon, GROUP, beacon)).toBe(false);
    expect(await verifyBeacon(env.keys.beacon, GROUP, new Uint8Array(0))).toBe(false);
  });
});

describe('key package', () => {
  it('E-14 opens for the Peer and the group it was sealed for, and for nobody and nothing else', async () => {
    const { suite, keys } = env;
    const own = await keyPackageFor(env, 'p', GROUP);
    const sealed = await sealKeyPackage({ suite, keys }, own.publicPackage, GROUP, 'p');
    const opened = await openKeyPackage(suite, keys, sealed, GROUP, 'p');
    expect(opened.identity).toMatchObject({ peerId: 'p', displayName: 'Name of p' });
    const malformed = { fault: 'malformed' };
    await expect(openKeyPackage(suite, keys, sealed, GROUP, 'q')).rejects.toMatchObject(malformed);
    await expect(openKeyPackage(suite, keys, sealed, GROUP.with(0, 0), 'p')).rejects.toMatchObject(malformed);
    await expect(openKeyPackage(suite, (await createEnv(8)).keys, sealed, GROUP, 'p')).rejects.toMatchObject(malformed);
    await expect(openKeyPackage(suite, keys, sealed.subarray(0, 5), GROUP, 'p')).rejects.toMatchObject(malformed);
  });

  it('E-14 holds no name in the clear, and sealing twice gives other bytes', async () => {
    const own = await keyPackageFor(env, 'p', GROUP);
    const seal = () => sealKeyPackage(env, own.publicPackage, GROUP, 'p');
    const [one, two] = [await seal(), await seal()];
    expect(Buffer.from(one).includes('Name of')).toBe(false);
    expect(one).not.toEqual(two);
  });

  it('E-21 one whose credential names another Peer, or whose signature is another’s, is refused', async () => {
    const { suite, keys } = env;
    const own = await keyPackageFor(env, 'p', GROUP);
    const renamed = await sealKeyPackage({ suite, keys }, own.publicPackage, GROUP, 'q');
    await expect(openKeyPackage(suite, keys, renamed, GROUP, 'q')).rejects.toMatchObject({ fault: 'addedCredential' });
    const other = await keyPackageFor(env, 'p', GROUP);
    const mixed = { ...own.publicPackage, initKey: other.publicPackage.initKey };
    const sealed = await sealKeyPackage({ suite, keys }, mixed, GROUP, 'p');
    await expect(openKeyPackage(suite, keys, sealed, GROUP, 'p')).rejects.toMatchObject({ fault: 'invalid' });
  });
});
