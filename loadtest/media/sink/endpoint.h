// One participant's end of one WebRTC transport: a UDP socket of its own, ICE, DTLS, SRTP.
#pragma once
#include <openssl/ssl.h>

#include "feedback.h"
#include "ledger.h"
#include "srtp.h"
#include "stun.h"

enum { PACKET_BYTES = 2048, FINGERPRINT_BYTES = 32 };

/** What the server offers. Nobody is spoken to but this machine and the networks of tests. */
struct offer {
  bool sends;
  /** It says back when everything came, as members' transports have it. */
  bool feeds_back;
  /** In network byte order. */
  uint32_t address;
  uint16_t port;
  char ufrag[ICE_UFRAG_CHARS + 1];
  char pwd[ICE_PWD_CHARS + 1];
  /** SHA-256 of the server's certificate. */
  uint8_t fingerprint[FINGERPRINT_BYTES];
};

enum phase { PHASE_ICE, PHASE_DTLS, PHASE_READY, PHASE_FAILED };

struct endpoint {
  struct offer offer;
  int fd;
  enum phase phase;
  /** Why it failed. */
  const char *why;
  uint8_t stun_id[STUN_ID_BYTES];
  uint64_t next_stun_us;
  uint64_t next_report_us;
  uint64_t next_feedback_us;
  uint64_t give_up_us;
  uint64_t last_heard_us;
  SSL *ssl;
  BIO *heard;
  BIO *said;
  struct srtp_side inbound;
  struct srtp_side outbound;
  /** What arrives; of one that sends, what leaves. */
  struct streams streams;
  /** NULL unless it feeds back. */
  struct feedback *feedback;
  /** Every packet that arrives is opened and handed on. */
  bool tapped;
  /** Of the present window. */
  uint64_t packets, bytes, opened, refused;
};

/** Once for the process: a certificate, and its fingerprint as DTLS parameters have it. False where OpenSSL refuses. */
bool endpoints_init(char *fingerprint, size_t room);
/** @param one in so many packets is opened, to be checked and timed; tapped endpoints open each */
void endpoints_open_one_in(uint32_t count);
/** Called with each packet of a tapped endpoint, and with the RTCP that a sending one hears. */
typedef void (*endpoint_heard)(size_t index, const uint8_t *packet, size_t length);
void endpoints_hear(endpoint_heard heard);

/** False where there are no sockets left. */
bool endpoint_open(struct endpoint *endpoint, const struct offer *offer, uint64_t now_us);
/** Takes what arrived, at most a few packets. Answers how many. */
int endpoint_poll(struct endpoint *endpoint, size_t index);
/** What is due by the clock. */
void endpoint_tick(struct endpoint *endpoint, size_t index, uint64_t now_us);
/** Seals and sends one RTP or RTCP packet. False where it cannot. @param packet PACKET_BYTES */
bool endpoint_send(struct endpoint *endpoint, uint8_t *packet, size_t length);
void endpoint_close(struct endpoint *endpoint);
