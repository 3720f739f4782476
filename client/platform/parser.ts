// How packets of this server are read: as socket.io's own parser does, with room for the queue of a crowd.
import { Decoder, Encoder } from 'socket.io-parser';
import { MAX_BINARIES_FROM_SERVER } from '#protocol/limits';

/** socket.io's own takes 10 binary values in one packet and cuts the connection at the next. */
class QueueDecoder extends Decoder {
  constructor() {
    super({ maxAttachments: MAX_BINARIES_FROM_SERVER });
  }
}

/** What every socket to this server needs, in a browser or not. */
export const parser = { Encoder, Decoder: QueueDecoder };
