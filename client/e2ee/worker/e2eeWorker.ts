// What the browser loads as the one dedicated worker with all keys.
import { listenForTransforms } from '../frames/listenForTransforms.ts';
import { serve } from './serve.ts';

serve(globalThis as unknown as DedicatedWorkerGlobalScope, {
  listen: (engine) => listenForTransforms(globalThis as unknown as DedicatedWorkerGlobalScope, engine),
});
