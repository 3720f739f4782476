// Counts what a page of somebody who only watches must never do: ask for a device.

/** Runs in the page before its own code: notes each request for a device in `asks`, and refuses it. */
export function countAsks(): void {
  const asks: string[] = [];
  Object.assign(globalThis, { asks });
  const refuse = (name: string) => () => {
    asks.push(name);
    return Promise.reject(new Error('asked'));
  };
  const devices = ['getUserMedia', 'getDisplayMedia', 'enumerateDevices'].map((name) => [name, refuse(name)]);
  Object.assign(navigator.mediaDevices, Object.fromEntries(devices));
}
