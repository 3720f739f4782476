// What a member's transport says back about everything that it was sent: when each packet came, by the transport's own count
// (draft-holmer-rmcat-transport-wide-cc-extensions-01). Without it the SFU takes the line for one that carries next to nothing.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Packets between two reports at most; a member is sent some fifty in 50 ms. */
enum { FEEDBACK_PACKETS = 256 };
/** Of the longest report: a symbol of two bits and a delta of two bytes for each packet. */
enum { FEEDBACK_BYTES = 20 + FEEDBACK_PACKETS / 7 * 2 + 2 + FEEDBACK_PACKETS * 2 + 4 };

struct arrival {
  uint16_t number;
  uint64_t at_us;
};

struct feedback {
  /** Of the header extension with the count, 1 to 14. */
  uint8_t extension;
  uint8_t reports;
  uint32_t ssrc;
  size_t count;
  struct arrival list[FEEDBACK_PACKETS];
};

/** Notes a packet. False where there is no room for it before the next report. */
bool feedback_take(struct feedback *feedback, const uint8_t *packet, size_t length, uint64_t now_us);
/** Writes a report of what came since the last one. Answers its length, 0 where nothing came. @param out FEEDBACK_BYTES */
size_t feedback_report(struct feedback *feedback, uint32_t sender, uint8_t *out);
