// Why a message of the group was refused; one word per cause, nothing of the message in it.

export type PolicyFault =
  | 'foreignProposal'
  | 'pskMissing'
  | 'pskUnexpected'
  | 'tooManyAdds'
  | 'tooManyMembers'
  | 'addedCredential'
  | 'addedTooOld'
  | 'addedKeyUsed'
  | 'addedPeerPresent'
  | 'addedShape'
  | 'removedNotGone'
  | 'leafChanged';

export type GroupFault =
  | PolicyFault
  /** Not an MLS message, or one with trailing bytes. */
  | 'malformed'
  /** PublicMessage and the rest: handshakes travel as PrivateMessage only. */
  | 'notPrivate'
  | 'wrongGroup'
  | 'wrongEpoch'
  | 'wrongContent'
  /** The Welcome holds nothing for this key package. */
  | 'notForUs'
  /** The Welcome's tree or context is not one that our policy could have made. */
  | 'welcomeShape'
  /** Signature, tag, tree or decryption: the library refused it. */
  | 'invalid';

export class GroupError extends Error {
  readonly fault: GroupFault;
  constructor(fault: GroupFault) {
    super(`group: ${fault}`);
    this.name = 'GroupError';
    this.fault = fault;
  }
}
