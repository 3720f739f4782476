// Packets that wait to be sent at an even rate: a picture's all at once would measure how long the server works off a burst.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Packets that may wait; more than a key frame of every layer of some sources. */
enum { PACER_PACKETS = 1024, PACER_PACKET_BYTES = 1536 };

struct paced {
  uint16_t endpoint;
  uint16_t length;
  uint8_t packet[PACER_PACKET_BYTES];
};

/** Of all sources together, in bits a second. */
void pacer_set_rate(uint32_t bits_per_second);
/** False where too many wait, or it is too long. */
bool pacer_put(uint16_t endpoint, const uint8_t *packet, size_t length, uint64_t now_us);
/** The next one whose time has come; NULL where there is none. Good until the next call. */
struct paced *pacer_take(uint64_t now_us);
