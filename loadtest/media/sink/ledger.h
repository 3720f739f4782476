// What arrived and when: packets of each stream by their numbers, and how long they were under way.
#pragma once
#include <stddef.h>
#include <stdint.h>

/** Streams (SSRCs) that one endpoint may be sent; what comes on others is not counted. */
enum { STREAMS_PER_ENDPOINT = 16 };

struct stream {
  uint32_t ssrc;
  /** How often the number began anew, and the highest number so far. */
  uint32_t highest;
  /** Of the present window: `highest` before it, and what arrived in it. */
  uint32_t before;
  uint32_t received;
};

struct streams {
  struct stream list[STREAMS_PER_ENDPOINT];
  size_t count;
};

/** The stream of a packet, a new one where there is room; NULL where there is none. */
struct stream *stream_of(struct streams *streams, uint32_t ssrc, uint16_t number);
/** Counts a packet. Answers how often the number had begun anew when it was sent: SRTP's rollover counter. */
uint32_t stream_count(struct stream *stream, uint16_t number);
/** Packets that the window lacks; begins the next one. */
uint32_t stream_turn(struct stream *stream);

/** Remembers when the packet with this payload left, by the clock of the kernel's stamps. Payloads too short to be told apart are not timed. */
void transit_begin(const uint8_t *payload, size_t length, uint64_t at_us);
/** The same payload has arrived. */
void transit_end(const uint8_t *payload, size_t length, uint64_t at_us);

struct transit {
  uint64_t timed;
  /** Arrived, and nobody sent it of late. */
  uint64_t strange;
  uint64_t p50_us, p95_us, p99_us, max_us;
};
/** Of the present window; begins the next one. */
struct transit transit_turn(void);
