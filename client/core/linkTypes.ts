// What a Room's link is made of, and what may be wrong with one.

export interface RoomLink {
  roomId: string;
  kind: 'member' | 'speaker' | 'viewer';
  /** 24 bytes; in memory only. */
  secret: Uint8Array;
  /** First 16 bytes of SHA-256 of the host's public key, base64url. */
  hostKeyHash: string;
}
export type LinkFault = 'notALink' | 'otherServer' | 'fragmentMissing' | 'fragmentBroken' | 'versionUnknown';
