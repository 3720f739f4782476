// The browser's own speech recognition, on this device or not at all: what is said is never sent to its maker.

export type SpeechSupport = 'available' | 'downloadable' | 'unavailable';

interface SpeechResult {
  readonly isFinal: boolean;
  readonly 0: { readonly transcript: string };
}
interface SpeechEvent extends Event {
  readonly resultIndex: number;
  readonly results: ArrayLike<SpeechResult>;
}
interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally?: boolean;
  start(track: MediaStreamTrack): void;
  abort(): void;
}
interface RecognitionType {
  new (): Recognition;
  readonly prototype: object;
  available?(options: { langs: string[]; processLocally: boolean }): Promise<string>;
  install?(options: { langs: string[]; processLocally: boolean }): Promise<boolean>;
}

const recognitionType = (): RecognitionType | null => {
  const { SpeechRecognition, webkitSpeechRecognition } = globalThis as unknown as Record<
    string,
    RecognitionType | undefined
  >;
  const found = SpeechRecognition ?? webkitSpeechRecognition;
  // Without this promise a browser sends the sound to a server of its maker's.
  return found !== undefined && 'processLocally' in found.prototype && found.available !== undefined ? found : null;
};

/** Whether this device can understand `lang` (BCP 47) by itself. Never rejects. */
export const speechSupport = async (lang: string): Promise<SpeechSupport> => {
  try {
    const answer = await recognitionType()?.available?.({ langs: [lang], processLocally: true });
    return answer === 'available' || answer === 'downloadable' ? answer : 'unavailable';
  } catch {
    return 'unavailable';
  }
};

/** Has the browser fetch from its maker what it needs to understand `lang`. Never rejects. */
export const installSpeech = async (lang: string): Promise<boolean> => {
  try {
    return (await recognitionType()?.install?.({ langs: [lang], processLocally: true })) ?? false;
  } catch {
    return false;
  }
};

export interface SpeechOptions {
  lang: string;
  track: MediaStreamTrack;
  onText(text: string, final: boolean): void;
  /** It does not come back: the device cannot, or may not. */
  onFailed(): void;
}

/** It ends by itself after a silence; sooner than this it is not silence but refusal. */
const REFUSAL_MS = 1_000;
const MAX_REFUSALS = 3;

/** Understands what comes through `track` until closed. */
export const startSpeech = (options: SpeechOptions): { close(): void } => {
  const Type = recognitionType();
  let current: Recognition | null = null;
  let refusals = 0;
  let closed = false;
  const fail = (): void => {
    if (closed) return;
    close();
    options.onFailed();
  };
  const start = (): void => {
    if (Type === null) return fail();
    const recognition = new Type();
    Object.assign(recognition, { lang: options.lang, continuous: true, interimResults: true, processLocally: true });
    // A browser that does not know the word keeps it as ours: looked at above, and once more here.
    if (recognition.processLocally !== true) return fail();
    const startedMs = performance.now();
    recognition.addEventListener('result', (event) => {
      if (closed) return;
      const { results, resultIndex } = event as SpeechEvent;
      for (const { isFinal, 0: best } of Array.from(results).slice(resultIndex))
        options.onText(best.transcript, isFinal);
    });
    recognition.addEventListener('end', () => {
      if (closed) return;
      refusals = performance.now() - startedMs < REFUSAL_MS ? refusals + 1 : 0;
      if (refusals < MAX_REFUSALS) start();
      else fail();
    });
    current = recognition;
    try {
      recognition.start(options.track);
    } catch {
      fail();
    }
  };
  const close = (): void => {
    closed = true;
    current?.abort();
    current = null;
  };
  start();
  return { close };
};
