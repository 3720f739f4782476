// Stands in the bundle for the cipher suites that the group never uses (vite.config.ts aliases them here); throws if reached.

const unused = (): never => {
  throw new Error('A cipher suite outside cc1 was asked for');
};

// @noble/*: ts-mls's own provider, which needs no WebCrypto; ours is the WebCrypto one.
export const gcm = unused;
export const hmac = unused;
export const sha256 = unused;
export const sha384 = unused;
export const sha512 = unused;
export const chacha20poly1305 = unused;
export const ed25519 = unused;
export const ed448 = unused;
export const p256 = unused;
export const p384 = unused;
export const p521 = unused;
export const ml_dsa87 = unused;
// @hpke/*: the KEMs and the AEAD of suites other than 1.
export const Chacha20Poly1305 = unused;
export const DhkemX448HkdfSha512 = unused;
export const MlKem512 = unused;
export const MlKem768 = unused;
export const MlKem1024 = unused;
export const XWing = unused;
