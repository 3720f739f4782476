// The host's signing keys: made here, never exported, kept in this browser's IndexedDB.

const DATABASE = 'conclave';
const STORE = 'hostKeys';
/** Bytes of the public key's digest that stand in the link (E2EE: links and secrets). */
const HASH_BYTES = 16;

/**
 * Makes and keeps the Ed25519 key of a Room.
 * @returns first 16 bytes of SHA-256 of the public key, base64url
 */
export async function createHostKey(roomId: string): Promise<string> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('raw', pair.publicKey));
  // Where nothing can be stored the Room works all the same; only its host's signature is lost with the page.
  await store(roomId, pair).catch(() => undefined);
  return base64url(new Uint8Array(digest, 0, HASH_BYTES));
}

/** The key that this browser made for a Room; null where it made none, or keeps nothing. Never rejects. */
export async function hostKey(roomId: string): Promise<CryptoKeyPair | null> {
  try {
    const database = await openDatabase();
    try {
      const found: unknown = await resultOf(database.transaction(STORE).objectStore(STORE).get(roomId));
      return isKeyPair(found) ? found : null;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

const isKeyPair = (value: unknown): value is CryptoKeyPair =>
  typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value;

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(roomId: string, pair: CryptoKeyPair): Promise<void> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction(STORE, 'readwrite');
    transaction.objectStore(STORE).put(pair, roomId);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
