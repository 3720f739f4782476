// Which codec cameras and screens are sent in: the Room's order, as far as every device in it can follow.
import type { VideoCodec } from '#e2ee';

/**
 * VP8 first: simulcast of it is cheap on every processor, and every browser has it. VP9 costs a third less bandwidth and
 * twice the processor; H.264 is for devices that have it in hardware and nothing else; AV1 has one size only.
 */
export const VIDEO_PREFERENCE: readonly VideoCodec[] = ['vp8', 'vp9', 'h264', 'av1'];

/**
 * The first of `preference` that all devices can send and receive. Where there is none: the first that our own device can,
 * since some may see it; `codecGapsOf` says who does not. Null where it can do nothing.
 */
export function chooseVideoCodec(
  preference: readonly VideoCodec[],
  own: readonly VideoCodec[],
  others: readonly (readonly VideoCodec[])[],
): VideoCodec | null {
  const possible = preference.filter((codec) => own.includes(codec));
  return possible.find((codec) => others.every((codecs) => codecs.includes(codec))) ?? possible[0] ?? null;
}

/** Who cannot see whom for want of a common codec, as far as members told what their devices can. */
export interface CodecGaps {
  /** Members whose pictures come in a codec that our device lacks: the server has no Consumer for us. */
  unshown: ReadonlySet<string>;
  /** Members whose devices lack the codec of our pictures. */
  unseenBy: ReadonlySet<string>;
}

export const NO_GAPS: CodecGaps = { unshown: new Set(), unseenBy: new Set() };

/** Everyone chooses by the same rule from the same lists, so what another sends can be told before it comes. */
export function codecGapsOf(own: readonly VideoCodec[], lists: ReadonlyMap<string, readonly VideoCodec[]>): CodecGaps {
  const sent = chooseVideoCodec(VIDEO_PREFERENCE, own, [...lists.values()]);
  const unshown = new Set<string>();
  const unseenBy = new Set<string>();
  for (const [peerId, codecs] of lists) {
    const others = [...lists].flatMap(([id, list]) => (id === peerId ? [] : [list]));
    const theirs = chooseVideoCodec(VIDEO_PREFERENCE, codecs, [own, ...others]);
    if (theirs !== null && !own.includes(theirs)) unshown.add(peerId);
    if (sent !== null && !codecs.includes(sent)) unseenBy.add(peerId);
  }
  return { unshown, unseenBy };
}
