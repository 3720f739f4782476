// Stands in the bundle for `debug`, by which mediasoup-client writes on the console of whoever asks for it: to look whether somebody does took a phone 20 ms of its first picture.

/** For a name that nobody listens to. */
const silent = (): (() => void) & { log?: unknown } => () => undefined;

// oxlint-disable-next-line import/no-default-export -- as it is asked for
export default silent;
