// The sink: N viewers and a few sources in one thread that never sleeps, told what to do by lines, answering in lines of JSON.
//
// A sink that waits in epoll makes the server look a third dearer: each packet would wake a process. So it polls.
//
//   sink [open-one-in] [seconds]    endpoints; ends with its input, with its parent, or after so many seconds
//   sink floor [seconds]            what sealing and sending a packet of 1200 bytes costs on this machine
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "endpoint.h"
#include "floor.h"
#include "pacer.h"
#include "wire.h"

enum { MAX_ENDPOINTS = 4096, LINE_CHARS = 1024, LONGEST_SECONDS = 3600 };
/** Lines and clocks are looked at so often. */
enum { TICK_US = 5000 };
/** Who has heard nothing for so long is looked at with the clocks: of two audiences only one is sent anything at a time. */
enum { QUIET_US = 1000000 };
/** Between two looks at all sockets while nothing is measured. */
enum { REST_US = 2000 };
/** The endpoint's number stands before each packet of the feed; with this bit the packet is sent at once, as sound is. */
enum { FEED_HEADER_BYTES = 2, FEED_AT_ONCE = 0x8000 };

static struct endpoint *endpoints;
static size_t endpoint_count;
static enum phase told[MAX_ENDPOINTS];
static bool resting = true;
static int feed = -1;
static struct sockaddr_in feeder;
static uint64_t longest_pass_us;
/** Packets of the feed for which the pacer had no room. */
static uint64_t dropped;

static uint32_t number_in(const char *text, uint32_t least, uint32_t most, uint32_t otherwise) {
  char *end = NULL;
  const unsigned long value = text == NULL ? otherwise : strtoul(text, &end, 10);
  return text != NULL && (end == text || *end != '\0' || value < least || value > most) ? otherwise : (uint32_t)value;
}

/** What an endpoint heard goes to whoever feeds it. */
static void hand_on(size_t index, const uint8_t *packet, size_t length) {
  uint8_t framed[FEED_HEADER_BYTES + PACKET_BYTES];
  if (feeder.sin_port == 0 || length > PACKET_BYTES) return;
  put16(framed, (uint16_t)index);
  memcpy(framed + FEED_HEADER_BYTES, packet, length);
  (void)!sendto(feed, framed, FEED_HEADER_BYTES + length, MSG_DONTWAIT, (struct sockaddr *)&feeder, sizeof feeder);
}

/** Packets to be sent; an empty one only says who feeds. */
static int take_feed(void) {
  uint8_t framed[FEED_HEADER_BYTES + PACKET_BYTES];
  int taken = 0;
  for (; taken < 64; taken += 1) {
    socklen_t room = sizeof feeder;
    const ssize_t length = recvfrom(feed, framed, sizeof framed, MSG_DONTWAIT, (struct sockaddr *)&feeder, &room);
    if (length < FEED_HEADER_BYTES) break;
    const uint16_t index = get16(framed) & (uint16_t)~FEED_AT_ONCE;
    const size_t bytes = (size_t)length - FEED_HEADER_BYTES;
    if (bytes == 0 || index >= endpoint_count || !endpoints[index].offer.sends) continue;
    const bool at_once = (framed[0] & FEED_AT_ONCE >> 8) != 0;
    if (at_once) endpoint_send(&endpoints[index], framed + FEED_HEADER_BYTES, bytes);
    else if (!pacer_put(index, framed + FEED_HEADER_BYTES, bytes, now_us())) dropped += 1;
  }
  uint8_t packet[PACKET_BYTES];
  for (struct paced *due = pacer_take(now_us()); due != NULL; due = pacer_take(now_us())) {
    memcpy(packet, due->packet, due->length);
    endpoint_send(&endpoints[due->endpoint], packet, due->length);
    taken += 1;
  }
  return taken;
}

static bool open_feed(uint16_t *port) {
  struct sockaddr_in own = {.sin_family = AF_INET};
  socklen_t room = sizeof own;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  feed = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (feed < 0 || bind(feed, (struct sockaddr *)&own, sizeof own) != 0) return false;
  if (getsockname(feed, (struct sockaddr *)&own, &room) != 0) return false;
  *port = ntohs(own.sin_port);
  return true;
}

static bool parse_fingerprint(const char *text, uint8_t *out) {
  for (int at = 0; at < FINGERPRINT_BYTES; at += 1) {
    unsigned int byte = 0;
    if (sscanf(text + 2 * at, "%2x", &byte) != 1) return false;
    out[at] = (uint8_t)byte;
  }
  return true;
}

static void add(struct offer offer, const char *rest) {
  char fingerprint[2 * FINGERPRINT_BYTES + 1];
  char address[INET_ADDRSTRLEN];
  unsigned int port = 0;
  const bool ok = sscanf(rest, "%15s %u %64s %256s %64s", address, &port, offer.ufrag, offer.pwd, fingerprint) == 5 &&
                  inet_pton(AF_INET, address, &offer.address) == 1 && port > 0 && port <= UINT16_MAX && strlen(fingerprint) == 2 * FINGERPRINT_BYTES &&
                  parse_fingerprint(fingerprint, offer.fingerprint);
  offer.port = (uint16_t)port;
  if (!ok || endpoint_count == MAX_ENDPOINTS || !endpoint_open(&endpoints[endpoint_count], &offer, now_us())) {
    printf("{\"event\":\"refused\"}\n");
    return;
  }
  told[endpoint_count] = PHASE_ICE;
  printf("{\"event\":\"added\",\"endpoint\":%zu}\n", endpoint_count);
  endpoint_count += 1;
}

/** What arrived since it was last asked. */
static void say_window(void) {
  uint64_t packets = 0, bytes = 0, opened = 0, refused = 0, sent = 0, lost = 0;
  size_t ready = 0, flowing = 0;
  for (size_t index = 0; index < endpoint_count; index += 1) {
    struct endpoint *endpoint = &endpoints[index];
    ready += endpoint->phase == PHASE_READY ? 1 : 0;
    uint64_t missing = 0;
    for (size_t at = 0; at < endpoint->streams.count; at += 1) missing += stream_turn(&endpoint->streams.list[at]);
    if (endpoint->offer.sends) sent += endpoint->packets;
    else {
      packets += endpoint->packets, bytes += endpoint->bytes, lost += missing;
      flowing += endpoint->packets > 0 ? 1 : 0;
    }
    opened += endpoint->opened, refused += endpoint->refused;
    endpoint->packets = endpoint->bytes = endpoint->opened = endpoint->refused = 0;
  }
  const struct transit transit = transit_turn();
  printf("{\"event\":\"window\",\"ready\":%zu,\"flowing\":%zu,\"sent\":%lu,\"packets\":%lu,\"bytes\":%lu,\"lost\":%lu,"
         "\"opened\":%lu,\"refused\":%lu,\"strange\":%lu,\"timed\":%lu,\"p50Us\":%lu,\"p95Us\":%lu,\"p99Us\":%lu,"
         "\"maxUs\":%lu,\"longestPassUs\":%lu,\"dropped\":%lu}\n",
         ready, flowing, sent, packets, bytes, lost, opened, refused, transit.strange, transit.timed, transit.p50_us,
         transit.p95_us, transit.p99_us, transit.max_us, longest_pass_us, dropped);
  longest_pass_us = dropped = 0;
}

static void obey(const char *line) {
  if (strncmp(line, "viewer ", 7) == 0) add((struct offer){0}, line + 7);
  else if (strncmp(line, "member ", 7) == 0) add((struct offer){.feeds_back = true}, line + 7);
  else if (strncmp(line, "source ", 7) == 0) add((struct offer){.sends = true}, line + 7);
  else if (strcmp(line, "window") == 0) say_window();
  else if (strcmp(line, "poll") == 0) resting = false;
  else if (strcmp(line, "rest") == 0) resting = true;
  else {
    const char *rest = strchr(line, ' ');
    const uint32_t index = number_in(rest == NULL ? NULL : rest + 1, 0, MAX_ENDPOINTS - 1, MAX_ENDPOINTS);
    if (strncmp(line, "rate ", 5) == 0) pacer_set_rate(number_in(line + 5, 100000, 1000000000, 2600000));
    else if (index < endpoint_count && strncmp(line, "tap ", 4) == 0) endpoints[index].tapped = true;
    else if (index < endpoint_count && strncmp(line, "close ", 6) == 0) endpoint_close(&endpoints[index]);
    else printf("{\"event\":\"refused\"}\n");
  }
}

/** False once the input has ended: whoever started us is gone, or done. */
static bool take_lines(void) {
  static char line[LINE_CHARS];
  static size_t length;
  char chunk[4096];
  for (ssize_t bytes = read(STDIN_FILENO, chunk, sizeof chunk);; bytes = read(STDIN_FILENO, chunk, sizeof chunk)) {
    if (bytes == 0) return false;
    if (bytes < 0) return errno == EAGAIN || errno == EINTR;
    for (ssize_t at = 0; at < bytes; at += 1) {
      if (chunk[at] != '\n') {
        if (length + 1 >= LINE_CHARS) return false;
        line[length++] = chunk[at];
        continue;
      }
      line[length] = '\0';
      length = 0;
      obey(line);
    }
    fflush(stdout);
  }
}

static void tell_phases(uint64_t at_us) {
  for (size_t index = 0; index < endpoint_count; index += 1) {
    struct endpoint *endpoint = &endpoints[index];
    endpoint_tick(endpoint, index, at_us);
    if (endpoint->phase == told[index]) continue;
    told[index] = endpoint->phase;
    if (endpoint->phase == PHASE_READY) printf("{\"event\":\"ready\",\"endpoint\":%zu}\n", index);
    if (endpoint->phase == PHASE_FAILED) printf("{\"event\":\"failed\",\"endpoint\":%zu,\"why\":\"%s\"}\n", index, endpoint->why);
  }
  fflush(stdout);
}

static void run_until(uint64_t end_us) {
  uint64_t next_tick_us = 0;
  for (uint64_t at_us = now_us(); at_us < end_us;) {
    const bool ticks = at_us >= next_tick_us;
    if (ticks) {
      if (!take_lines()) return;
      tell_phases(at_us);
      next_tick_us = at_us + TICK_US;
    }
    int taken = take_feed();
    for (size_t index = 0; index < endpoint_count; index += 1) {
      if (ticks || at_us < endpoints[index].last_heard_us + QUIET_US) taken += endpoint_poll(&endpoints[index], index);
      // What is to be sent does not wait for a look at everybody.
      if (index % 32 == 31) taken += take_feed();
    }
    const uint64_t then_us = now_us();
    if (then_us - at_us > longest_pass_us) longest_pass_us = then_us - at_us;
    if (resting && taken == 0) usleep(REST_US);
    at_us = now_us();
  }
}

static void raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int count, char **args) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (count > 1 && strcmp(args[1], "floor") == 0) return say_floor(number_in(count > 2 ? args[2] : NULL, 1, 60, 1));
  char fingerprint[4 * FINGERPRINT_BYTES];
  uint16_t feed_port = 0;
  endpoints = calloc(MAX_ENDPOINTS, sizeof *endpoints);
  raise_file_limit();
  if (endpoints == NULL || !endpoints_init(fingerprint, sizeof fingerprint) || !open_feed(&feed_port)) {
    fprintf(stderr, "the sink could not start\n");
    return 1;
  }
  endpoints_open_one_in(number_in(count > 1 ? args[1] : NULL, 1, 1000000, 1));
  endpoints_hear(hand_on);
  const uint64_t seconds = number_in(count > 2 ? args[2] : NULL, 1, LONGEST_SECONDS, 600);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  printf("{\"event\":\"up\",\"fingerprint\":\"%s\",\"feedPort\":%u}\n", fingerprint, feed_port);
  fflush(stdout);
  run_until(now_us() + seconds * 1000000);
  return 0;
}
