// The MLS working group's passive-client vectors for suite 1, through our suite and the patched library.
import { readFileSync } from 'node:fs';
import { joinGroup, makePskIndex, type ClientState } from 'ts-mls/clientState.js';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { decodeMlsMessage, type MLSMessage } from 'ts-mls/message.js';
import { processPrivateMessage, processPublicMessage } from 'ts-mls/processMessages.js';
import type { PskIndex } from 'ts-mls/pskIndex.js';
import { describe, expect, it } from 'vitest';
import { createSuite, type Suite } from '../mls/suite.ts';
import { toHex } from '../util/bytes.ts';

interface Case {
  external_psks: { psk_id: string; psk: string }[];
  key_package: string;
  signature_priv: string;
  encryption_priv: string;
  init_priv: string;
  welcome: string;
  ratchet_tree: string | null;
  initial_epoch_authenticator: string;
  epochs: { proposals: string[]; commit: string; epoch_authenticator: string }[];
}

const path = new URL('./vectors/mls-passive-client.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as { welcome: Case[]; handlingCommit: Case[] };

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

function decode(hex: string): MLSMessage {
  const decoded = decodeMlsMessage(fromHex(hex), 0);
  if (decoded === undefined) throw new Error('not a message');
  return decoded[0];
}

/** External PSKs by their id, and resumption PSKs out of the state's own past. */
function pskIndex({ external_psks }: Case, state?: ClientState): PskIndex {
  const psks = external_psks.map(({ psk_id, psk }) => [Buffer.from(psk_id, 'hex').toString('base64'), fromHex(psk)]);
  return makePskIndex(state, Object.fromEntries(psks));
}

async function join(vector: Case, suite: Suite): Promise<ClientState> {
  const [welcome, keyPackage] = [decode(vector.welcome), decode(vector.key_package)];
  if (welcome.wireformat !== 'mls_welcome' || keyPackage.wireformat !== 'mls_key_package')
    throw new Error('not a join');
  const privateKeys = {
    signaturePrivateKey: fromHex(vector.signature_priv),
    hpkePrivateKey: fromHex(vector.encryption_priv),
    initPrivateKey: fromHex(vector.init_priv),
  };
  return joinGroup(
    welcome.welcome,
    keyPackage.keyPackage,
    privateKeys,
    pskIndex(vector),
    suite,
    undefined,
    undefined,
    defaultClientConfig,
  );
}

async function take(state: ClientState, hex: string, vector: Case, suite: Suite): Promise<ClientState> {
  const message = decode(hex);
  if (message.wireformat === 'mls_public_message') {
    return (await processPublicMessage(state, message.publicMessage, pskIndex(vector, state), suite)).newState;
  }
  if (message.wireformat !== 'mls_private_message') throw new Error('not a handshake');
  return (await processPrivateMessage(state, message.privateMessage, pskIndex(vector, state), suite)).newState;
}

describe('MLS vectors', () => {
  const cases = [...vectors.welcome, ...vectors.handlingCommit].map((vector, index) => ({ vector, index }));

  it.each(cases)(
    'E-16 passive client $index joins and follows to the given epoch authenticators',
    async ({ vector }) => {
      expect(vector.ratchet_tree).toBeNull();
      const suite = await createSuite();
      let state = await join(vector, suite);
      expect(toHex(state.keySchedule.epochAuthenticator)).toBe(vector.initial_epoch_authenticator);
      for (const { proposals, commit, epoch_authenticator } of vector.epochs) {
        for (const proposal of proposals) state = await take(state, proposal, vector, suite);
        state = await take(state, commit, vector, suite);
        expect(toHex(state.keySchedule.epochAuthenticator)).toBe(epoch_authenticator);
      }
    },
  );
});
