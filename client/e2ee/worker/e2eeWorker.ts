// What the browser loads as the one dedicated worker with all keys.
import { serveTransforms } from './serveTransforms.ts';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
serveTransforms(scope, scope);
