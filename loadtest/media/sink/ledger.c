// Packets by their numbers; times by content: what a packet ends with is cipher text, so that its last bytes name it.
#include "ledger.h"

#include <stddef.h>
#include <string.h>

/** Packets that are remembered at a time: minutes of what a source sends, in groups in which the oldest makes room. */
enum { GROUPS = 1 << 14, GROUP = 4 };
/** The SFU writes to a payload's descriptor, which is never so long, and not to what follows. */
enum { NAME_BYTES = 16, DESCRIPTOR_BYTES = 8 };
/** Bins of the histogram; longer times are counted in the last one. */
enum { BIN_US = 20, BINS = 10000 };

struct departure {
  uint64_t name;
  uint64_t at_us;
};

static struct departure departures[GROUPS][GROUP];
static uint32_t bins[BINS];
static struct transit window;

struct stream *stream_of(struct streams *streams, uint32_t ssrc, uint16_t number) {
  for (size_t at = 0; at < streams->count; at += 1)
    if (streams->list[at].ssrc == ssrc) return &streams->list[at];
  if (streams->count == STREAMS_PER_ENDPOINT) return NULL;
  struct stream *stream = &streams->list[streams->count++];
  // Begins a round late, so that the packet before the first one has a number too.
  *stream = (struct stream){.ssrc = ssrc, .highest = 0x10000u + number - 1, .before = 0x10000u + number - 1};
  return stream;
}

uint32_t stream_count(struct stream *stream, uint16_t number) {
  const int16_t ahead = (int16_t)(uint16_t)(number - (uint16_t)stream->highest);
  const uint32_t whole = stream->highest + (uint32_t)(int32_t)ahead;
  if (ahead > 0) stream->highest = whole;
  stream->received += 1;
  return (whole >> 16) - 1;
}

uint32_t stream_turn(struct stream *stream) {
  const uint32_t expected = stream->highest - stream->before;
  const uint32_t lost = expected > stream->received ? expected - stream->received : 0;
  stream->before = stream->highest;
  stream->received = 0;
  return lost;
}

/** FNV-1a of its end; 0 where it is too short to have a name. */
static uint64_t name_of(const uint8_t *payload, size_t length) {
  if (length < DESCRIPTOR_BYTES + NAME_BYTES) return 0;
  uint64_t name = 0xcbf29ce484222325;
  for (size_t at = length - NAME_BYTES; at < length; at += 1) name = (name ^ payload[at]) * 0x100000001b3;
  return name;
}

static struct departure *group_of(uint64_t name) { return departures[(name >> 20) & (GROUPS - 1)]; }

void transit_begin(const uint8_t *payload, size_t length, uint64_t at_us) {
  const uint64_t name = name_of(payload, length);
  struct departure *group = group_of(name), *oldest = group;
  if (name == 0) return;
  for (int at = 1; at < GROUP; at += 1)
    if (group[at].at_us < oldest->at_us) oldest = &group[at];
  *oldest = (struct departure){name, at_us};
}

void transit_end(const uint8_t *payload, size_t length, uint64_t at_us) {
  const uint64_t name = name_of(payload, length);
  const struct departure *group = group_of(name), *departure = NULL;
  if (name == 0) return;
  for (int at = 0; at < GROUP; at += 1)
    if (group[at].name == name) departure = &group[at];
  if (departure == NULL) {
    window.strange += 1;
    return;
  }
  const uint64_t took_us = at_us > departure->at_us ? at_us - departure->at_us : 0;
  const uint64_t bin = took_us / BIN_US;
  bins[bin < BINS ? bin : BINS - 1] += 1;
  window.timed += 1;
  if (took_us > window.max_us) window.max_us = took_us;
}

/** The upper end of the bin below which so many lie. */
static uint64_t below(uint64_t count) {
  uint64_t seen = 0;
  for (size_t bin = 0; bin < BINS; bin += 1) {
    seen += bins[bin];
    if (seen >= count) return (bin + 1) * BIN_US;
  }
  return (uint64_t)BINS * BIN_US;
}

struct transit transit_turn(void) {
  struct transit turned = window;
  if (turned.timed > 0) {
    turned.p50_us = below((turned.timed + 1) / 2);
    turned.p95_us = below((turned.timed * 95 + 99) / 100);
    turned.p99_us = below((turned.timed * 99 + 99) / 100);
  }
  window = (struct transit){0};
  memset(bins, 0, sizeof bins);
  return turned;
}
