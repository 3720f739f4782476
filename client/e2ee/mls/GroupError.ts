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
  /** Where newcomers need the host's leave. */
  | 'addedNotApproved'
  | 'addedWhileLocked'
  /** Who comes back does not show that it was there. */
  | 'addedNotContinuous'
  /** What the commit says for the host cannot be read, is not signed by the host, or cannot be said so. */
  | 'hostWord'
  /** Its committer may not act as host. */
  | 'notActing'
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
