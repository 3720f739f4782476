// AES-128-GCM over 1200 bytes and one sendto on the loopback, in CPU time of the thread that does it; another one takes the packets.
#define _GNU_SOURCE
#include "floor.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "srtp.h"
#include "wire.h"

enum { PAYLOAD_BYTES = 1200, HEADER_BYTES = 12 };
/** Packets between two looks at the clock, and between two rests in which the other thread catches up. */
enum { ROUND = 32, REST_US = 200 };

static atomic_bool done;

static void *drain(void *argument) {
  const int fd = *(int *)argument;
  uint8_t packet[2048];
  while (!atomic_load(&done)) (void)!recv(fd, packet, sizeof packet, 0);
  return NULL;
}

static bool open_pair(int *from, int *to, struct sockaddr_in *address) {
  socklen_t room = sizeof *address;
  const struct timeval wait = {.tv_usec = 100000};
  memset(address, 0, sizeof *address);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  *from = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  *to = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return *from >= 0 && *to >= 0 && setsockopt(*to, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
         bind(*to, (struct sockaddr *)address, sizeof *address) == 0 &&
         getsockname(*to, (struct sockaddr *)address, &room) == 0;
}

int say_floor(uint32_t seconds) {
  static const uint8_t secret[SRTP_KEY_BYTES + SRTP_SALT_BYTES] = {1};
  uint8_t packet[HEADER_BYTES + PAYLOAD_BYTES + SRTP_TAG_BYTES] = {0x80, 96};
  struct srtp_side side;
  struct sockaddr_in address;
  pthread_t thread;
  int from = -1, to = -1;
  if (!srtp_open(&side, secret, secret + SRTP_KEY_BYTES, true) || !open_pair(&from, &to, &address)) return 1;
  if (pthread_create(&thread, NULL, drain, &to) != 0) return 1;
  uint64_t packets = 0, spent_ns = 0;
  const uint64_t end_us = now_us() + (uint64_t)seconds * 1000000;
  while (now_us() < end_us) {
    const uint64_t before_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int at = 0; at < ROUND; at += 1, packets += 1) {
      put16(packet + 2, (uint16_t)packets);
      const size_t sealed = srtp_protect(&side, packet, HEADER_BYTES + PAYLOAD_BYTES, (uint32_t)(packets >> 16));
      if (sendto(from, packet, sealed, 0, (struct sockaddr *)&address, sizeof address) < 0) return 1;
    }
    spent_ns += clock_ns(CLOCK_THREAD_CPUTIME_ID) - before_ns;
    usleep(REST_US);
  }
  atomic_store(&done, true);
  pthread_join(thread, NULL);
  srtp_close(&side);
  printf("{\"event\":\"floor\",\"packets\":%lu,\"nsPerPacket\":%.1f}\n", packets, (double)spent_ns / (double)packets);
  return 0;
}
