// What opens a file, sealed to one device of the group: HPKE to a key that this device told, bound to the room, the file and its sender.
import { concatBytes, source, utf8 } from '../util/bytes.ts';

/** Of an X25519 key (RFC 9180, section 7.1). */
export const HANDOVER_KEY_BYTES = 32;
const LABEL = utf8('cc1 handover\0');

/** Loaded where something is handed over, which in most meetings is never. */
async function createSuite() {
  const { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core');
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
}

/** Ids hold no zero byte. */
export interface HandoverPlace {
  roomId: string;
  /** At the server. */
  fileId: string;
  /** Peer id of who hands it over. */
  from: string;
}

/** For the life of one page; the private half is in no storage. */
export interface HandoverKeys {
  publicKey: Uint8Array<ArrayBuffer>;
  /** Null where it is not for this key, not from this sender, of another file or room, or changed. Never rejects. */
  open(place: HandoverPlace, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null>;
}

const infoOf = ({ roomId, fileId, from }: HandoverPlace): ArrayBuffer =>
  concatBytes(LABEL, utf8(`${roomId}\0${fileId}\0${from}`)).buffer;

export async function createHandoverKeys(): Promise<HandoverKeys> {
  const suite = await createSuite();
  const pair = await suite.kem.generateKeyPair();
  const publicKey = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
  return {
    publicKey,
    async open(place, sealed) {
      try {
        const enc = source(sealed.slice(0, HANDOVER_KEY_BYTES)).buffer;
        const text = source(sealed.slice(HANDOVER_KEY_BYTES)).buffer;
        const recipient = { recipientKey: pair.privateKey, enc, info: infoOf(place) };
        return new Uint8Array(await suite.open(recipient, text));
      } catch {
        return null;
      }
    },
  };
}

/**
 * RFC 9180, base mode, one message: `enc || ciphertext`. Who sealed it is said by the leaf of the message that carries it (E-57).
 * Rejects where `publicKey` is none.
 */
export async function sealHandover(
  publicKey: Uint8Array,
  place: HandoverPlace,
  secret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const suite = await createSuite();
  const recipientPublicKey = await suite.kem.deserializePublicKey(source(publicKey.slice()).buffer);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: infoOf(place) }, source(secret.slice()).buffer);
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}
