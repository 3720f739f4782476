// The version of the wire: one number, raised when an old client could no longer speak to a new server.

/** Sent in the socket handshake; a server refuses any other number with `version`. */
export const PROTOCOL_VERSION = 1;

/** socket.io's HTTP path on this server. */
export const SOCKET_PATH = '/socket.io';
