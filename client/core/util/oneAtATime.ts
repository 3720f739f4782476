// Many reasons, one run at a time: what is asked for while it runs has it run once more.

/** @param run must not reject */
export function oneAtATime(run: () => Promise<void>): () => void {
  let isRunning = false;
  let isAsked = false;
  const start = async (): Promise<void> => {
    isRunning = true;
    do {
      isAsked = false;
      await run();
    } while (isAsked);
    isRunning = false;
  };
  return () => {
    isAsked = true;
    if (!isRunning) void start();
  };
}
