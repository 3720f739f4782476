// A promise that is settled from outside; Node 20, under which this may run, has no Promise.withResolvers.

/** @returns {{ promise: Promise<any>, resolve: (value?: unknown) => void }} */
export const deferred = () => {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
