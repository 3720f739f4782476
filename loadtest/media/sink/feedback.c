// Counts arrivals and puts them into transport-wide feedback.
#include "feedback.h"

#include <string.h>

#include "wire.h"

enum { RTCP_TRANSPORT_FEEDBACK = 205, FORMAT_TRANSPORT_WIDE = 15 };
/** RFC 8285: the profile of one-byte headers. */
enum { ONE_BYTE_PROFILE = 0xbede };
enum { FIXED_BYTES = 20, SYMBOLS_PER_CHUNK = 7 };
enum { MISSING = 0, SMALL = 1, LARGE = 2 };
/** Deltas count 250 µs, the reference 64 ms. */
enum { DELTA_US = 250, REFERENCE_DELTAS = 256 };

/** The two bytes of the extension with this id; NULL where the packet has none. */
static const uint8_t *count_in(const uint8_t *packet, size_t length, uint8_t id) {
  const size_t header = 12 + 4 * (size_t)(packet[0] & 0x0f);
  if ((packet[0] & 0x10) == 0 || length < header + 4 || get16(packet + header) != ONE_BYTE_PROFILE) return NULL;
  const uint8_t *at = packet + header + 4;
  const uint8_t *end = at + 4 * (size_t)get16(packet + header + 2);
  if (end > packet + length) return NULL;
  while (at < end) {
    if (*at == 0) {
      at += 1;
      continue;
    }
    const size_t bytes = (size_t)(*at & 0x0f) + 1;
    if (at + 1 + bytes > end) return NULL;
    if (*at >> 4 == id) return bytes == 2 ? at + 1 : NULL;
    at += 1 + bytes;
  }
  return NULL;
}

bool feedback_take(struct feedback *feedback, const uint8_t *packet, size_t length, uint64_t now_us) {
  const uint8_t *count = count_in(packet, length, feedback->extension);
  if (count == NULL) return true;
  const uint16_t number = get16(count);
  if (feedback->count > 0) {
    const uint16_t first = feedback->list[0].number, last = feedback->list[feedback->count - 1].number;
    // One that was overtaken is left out: on a loopback there is none.
    if ((int16_t)(uint16_t)(number - last) <= 0) return true;
    if (feedback->count == FEEDBACK_PACKETS || (uint16_t)(number - first) >= FEEDBACK_PACKETS) return false;
  }
  feedback->ssrc = get32(packet + 8);
  feedback->list[feedback->count++] = (struct arrival){number, now_us};
  return true;
}

size_t feedback_report(struct feedback *feedback, uint32_t sender, uint8_t *out) {
  if (feedback->count == 0) return 0;
  uint8_t symbols[FEEDBACK_PACKETS] = {MISSING}, deltas[FEEDBACK_PACKETS * 2];
  const struct arrival *list = feedback->list;
  const uint16_t base = list[0].number;
  const uint64_t reference = list[0].at_us / DELTA_US / REFERENCE_DELTAS;
  uint64_t before = reference * REFERENCE_DELTAS;
  size_t delta_bytes = 0, statuses = 0;
  for (size_t at = 0; at < feedback->count; at += 1) {
    const uint64_t ticks = list[at].at_us / DELTA_US, delta = ticks - before;
    const bool is_small = delta < 256;
    before = ticks;
    statuses = (size_t)(uint16_t)(list[at].number - base) + 1;
    symbols[statuses - 1] = is_small ? SMALL : LARGE;
    if (is_small) deltas[delta_bytes++] = (uint8_t)delta;
    else put16(deltas + delta_bytes, (uint16_t)(delta < 0x7fff ? delta : 0x7fff)), delta_bytes += 2;
  }
  out[0] = 0x80 | FORMAT_TRANSPORT_WIDE;
  out[1] = RTCP_TRANSPORT_FEEDBACK;
  put32(out + 4, sender);
  put32(out + 8, feedback->ssrc);
  put16(out + 12, base);
  put16(out + 14, (uint16_t)statuses);
  put32(out + 16, (uint32_t)(reference << 8) | feedback->reports++);
  size_t length = FIXED_BYTES;
  for (size_t from = 0; from < statuses; from += SYMBOLS_PER_CHUNK, length += 2) {
    uint16_t chunk = 0xc000;
    for (size_t at = 0; at < SYMBOLS_PER_CHUNK && from + at < statuses; at += 1)
      chunk |= (uint16_t)(symbols[from + at] << (12 - 2 * at));
    put16(out + length, chunk);
  }
  memcpy(out + length, deltas, delta_bytes);
  length += delta_bytes;
  while (length % 4 != 0) out[length++] = 0;
  put16(out + 2, (uint16_t)(length / 4 - 1));
  feedback->count = 0;
  return length;
}
