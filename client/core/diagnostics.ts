// What tests and whoever looks into a bad call may know of the keys, the line and each track.
import type { RoomPlace } from './RoomPlace.ts';
import type { Diagnostics } from './types.ts';

/** @param place null where this device has none; never rejects */
export async function diagnosticsOf(place: RoomPlace | null): Promise<Diagnostics> {
  const view = place?.groupView;
  const counters = (await place?.counters().catch(() => [])) ?? [];
  return {
    epoch: view?.state === 'in' ? view.epoch : null,
    sendEpoch: view?.state === 'in' ? view.sendEpoch : null,
    transports: place?.media.transportStates ?? { send: 'none', recv: 'none' },
    videoCodec: place?.media.videoCodec ?? null,
    tracks: counters.map(({ trackId, sealed, opened, faults }) => ({ trackId, sealed, opened, faults: { ...faults } })),
  };
}
