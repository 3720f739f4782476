// MLS messages as bytes: whole messages only, each of the one kind that is expected.
import { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from 'ts-mls/message.js';
import type { PrivateMessage } from 'ts-mls/privateMessage.js';
import type { Welcome } from 'ts-mls/welcome.js';
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import { GroupError } from './GroupError.ts';

export function encodeMessage(message: MLSMessage): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encodeMlsMessage(message));
}

/** Throws GroupError `malformed`. The bytes are copied: what is decoded points into them. */
function decodeWhole(bytes: Uint8Array): MLSMessage {
  let decoded: [MLSMessage, number] | undefined;
  try {
    decoded = decodeMlsMessage(bytes.slice(), 0);
  } catch {
    throw new GroupError('malformed');
  }
  if (decoded === undefined || decoded[1] !== bytes.length) throw new GroupError('malformed');
  return decoded[0];
}

/** Throws GroupError `malformed` or `notPrivate`. */
export function decodePrivate(bytes: Uint8Array): PrivateMessage {
  const message = decodeWhole(bytes);
  if (message.wireformat !== 'mls_private_message') throw new GroupError('notPrivate');
  return message.privateMessage;
}

export function decodeWelcome(bytes: Uint8Array): Welcome {
  const message = decodeWhole(bytes);
  if (message.wireformat !== 'mls_welcome') throw new GroupError('malformed');
  return message.welcome;
}

export function decodeKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decodeWhole(bytes);
  if (message.wireformat !== 'mls_key_package') throw new GroupError('malformed');
  return message.keyPackage;
}
