// One queue for everybody who sends: the next packet's time is the last one's, and what that took at the rate.
#include "pacer.h"

#include <string.h>

/**
 * Of a time in which nobody looked, so much is made up for at once. More would be a burst that no browser's pacer lets out, and everybody's
 * packets would wait behind it: what is left goes out in what the rate has over the mean.
 */
enum { MADE_UP_US = 5000 };

static struct paced queue[PACER_PACKETS];
static size_t first, count;
static uint64_t next_us;
static uint32_t rate = 2600000;

void pacer_set_rate(uint32_t bits_per_second) { rate = bits_per_second; }

bool pacer_put(uint16_t endpoint, const uint8_t *packet, size_t length, uint64_t now_us) {
  if (count == PACER_PACKETS || length > PACER_PACKET_BYTES) return false;
  // A time in which nobody had anything to send is not made up for.
  if (count == 0 && next_us < now_us) next_us = now_us;
  struct paced *place = &queue[(first + count) % PACER_PACKETS];
  place->endpoint = endpoint;
  place->length = (uint16_t)length;
  memcpy(place->packet, packet, length);
  count += 1;
  return true;
}

struct paced *pacer_take(uint64_t now_us) {
  if (count == 0 || now_us < next_us) return NULL;
  if (next_us + MADE_UP_US < now_us) next_us = now_us - MADE_UP_US;
  struct paced *place = &queue[first];
  first = (first + 1) % PACER_PACKETS;
  count -= 1;
  next_us += (uint64_t)place->length * 8 * 1000000 / rate;
  return place;
}
