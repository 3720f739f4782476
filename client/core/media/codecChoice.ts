// Which codec cameras and screens are sent in: the Room's order, as far as every device in it can follow.
import type { VideoCodec } from '#e2ee';

/**
 * VP8 first: simulcast of it is cheap on every processor, and every browser has it. VP9 costs a third less bandwidth and
 * twice the processor; H.264 is for devices that have it in hardware and nothing else; AV1 has one size only.
 */
export const VIDEO_PREFERENCE: readonly VideoCodec[] = ['vp8', 'vp9', 'h264', 'av1'];

/**
 * The first of `preference` that all devices can send and receive. Where there is none: the first that our own device can,
 * since some may see it; nobody tells the others yet why they do not. Null where it can do nothing.
 */
export function chooseVideoCodec(
  preference: readonly VideoCodec[],
  own: readonly VideoCodec[],
  others: readonly (readonly VideoCodec[])[],
): VideoCodec | null {
  const possible = preference.filter((codec) => own.includes(codec));
  return possible.find((codec) => others.every((codecs) => codecs.includes(codec))) ?? possible[0] ?? null;
}
