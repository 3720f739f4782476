// Stands in the bundle for what mediasoup-client has for other surroundings than the browsers that the build is for; throws if reached.

const unused = {
  createFactory: (): never => {
    throw new Error('A browser that this build is not for');
  },
};

export const Chrome74 = unused;
export const ReactNative106 = unused;
// Its own tests'.
export const FakeHandler = unused;
export const generateRouterRtpCapabilities = unused;
