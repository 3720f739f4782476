// What the bench has its pages do, and what they answer.

export interface Order {
  /** Of the upload at the server. */
  path: string;
  size: number;
  token: string;
  uploadKey: string;
  fileKey: number[];
}
export type Step =
  | { act: 'make'; size: number }
  | { act: 'send' | 'receive' | 'plainSend' | 'plainReceive'; order: Order }
  /** SHA-256 of what was received last, or of what is sent. */
  | { act: 'hash'; of: 'source' | 'received' }
  | { act: 'clean' };
export type Outcome =
  | { state: 'idle' }
  | { state: 'busy' }
  | { state: 'done'; atMs: number; text: string }
  | { state: 'failed'; text: string };
