// From a socket to packets: ICE towards an ICE-lite server, DTLS as its client, SRTP both ways, receiver reports.
#define _GNU_SOURCE
#include "endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

/** Datagrams taken from one socket before the next one's turn. */
enum { BATCH = 16 };
/** Room for a key frame of a high layer; less, and the kernel drops what the server sent well. */
enum { SOCKET_BUFFER_BYTES = 1 << 20 };
enum { STUN_AGAIN_US = 200000, CONSENT_US = 4000000, REPORT_US = 1000000, GIVE_UP_US = 20000000 };
/** OpenSSL's own first wait for a lost flight is a second. */
enum { DTLS_WAIT_US = 100000, DTLS_LONGEST_WAIT_US = 1000000 };
/** As often as a browser says it of a busy line. */
enum { FEEDBACK_US = 50000 };
/** mediasoup's number for the transport's count, and the stream of nothing that it probes lines with. */
enum { TRANSPORT_COUNT_EXTENSION = 5, PROBATION_SSRC = 1234 };
enum { RTCP_RECEIVER_REPORT = 201, REPORT_BLOCK_BYTES = 24 };
static const char SRTP_PROFILE[] = "SRTP_AEAD_AES_128_GCM";
static const char EXPORTER_LABEL[] = "EXTRACTOR-dtls_srtp";

static SSL_CTX *context;
static uint32_t open_one_in = 1;
static endpoint_heard on_heard;

static int any_certificate(int ok, X509_STORE_CTX *store) {
  (void)ok, (void)store;
  // Whose it is, its fingerprint says, and that is compared once the handshake is done.
  return 1;
}

static X509 *self_signed(EVP_PKEY *key) {
  X509 *certificate = X509_new();
  if (certificate == NULL) return NULL;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"sink", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  if (X509_sign(certificate, key, EVP_sha256()) > 0) return certificate;
  X509_free(certificate);
  return NULL;
}

bool endpoints_init(char *fingerprint, size_t room) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int bytes = 0;
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = key == NULL ? NULL : self_signed(key);
  context = SSL_CTX_new(DTLS_client_method());
  const bool ok = certificate != NULL && context != NULL && SSL_CTX_use_certificate(context, certificate) == 1 &&
                  SSL_CTX_use_PrivateKey(context, key) == 1 &&
                  SSL_CTX_set_tlsext_use_srtp(context, SRTP_PROFILE) == 0 &&
                  X509_digest(certificate, EVP_sha256(), digest, &bytes) == 1 && room >= 3 * (size_t)bytes;
  X509_free(certificate);
  EVP_PKEY_free(key);
  if (!ok) return false;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, any_certificate);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
  for (unsigned int at = 0; at < bytes; at += 1) snprintf(fingerprint + 3 * at, 4, at + 1 < bytes ? "%02X:" : "%02X", digest[at]);
  return true;
}

void endpoints_open_one_in(uint32_t count) { open_one_in = count; }
void endpoints_hear(endpoint_heard heard) { on_heard = heard; }

static void fail(struct endpoint *endpoint, const char *why) {
  endpoint->phase = PHASE_FAILED;
  endpoint->why = why;
}

/** 198.18.0.0/15, which is set aside for tests (RFC 2544) and leads to nobody. */
enum { TEST_NETWORK = 0xc6120000, TEST_MASK = 0xfffe0000 };

/** To an address of this machine only, where a socket's own address is the one that it is connected to, or to a test's network. */
static bool connect_here(int fd, const struct offer *offer) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(offer->port), .sin_addr.s_addr = offer->address};
  struct sockaddr_in own = {0};
  socklen_t room = sizeof own;
  return connect(fd, (struct sockaddr *)&server, sizeof server) == 0 && getsockname(fd, (struct sockaddr *)&own, &room) == 0 &&
         (own.sin_addr.s_addr == offer->address || (ntohl(offer->address) & TEST_MASK) == TEST_NETWORK);
}

bool endpoint_open(struct endpoint *endpoint, const struct offer *offer, uint64_t now_us) {
  memset(endpoint, 0, sizeof *endpoint);
  endpoint->offer = *offer;
  endpoint->give_up_us = now_us + GIVE_UP_US;
  if (offer->feeds_back) {
    endpoint->feedback = calloc(1, sizeof *endpoint->feedback);
    if (endpoint->feedback == NULL) return false;
    endpoint->feedback->extension = TRANSPORT_COUNT_EXTENSION;
  }
  endpoint->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (endpoint->fd < 0) {
    free(endpoint->feedback);
    return false;
  }
  const int buffer = SOCKET_BUFFER_BYTES;
  // Beyond what everybody may have only for root; others get as much as they may.
  if (setsockopt(endpoint->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
    setsockopt(endpoint->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  // When a packet was there, and not when somebody looked: a sink that is late has no part in how long it took.
  const int on = 1;
  if (setsockopt(endpoint->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0 && connect_here(endpoint->fd, offer)) return true;
  close(endpoint->fd);
  free(endpoint->feedback);
  return false;
}

static unsigned int next_wait(SSL *ssl, unsigned int last_us) {
  (void)ssl;
  const unsigned int next = last_us == 0 ? DTLS_WAIT_US : last_us * 2;
  return next < DTLS_LONGEST_WAIT_US ? next : DTLS_LONGEST_WAIT_US;
}

/** A flight is said at once: the loopback takes datagrams larger than any. */
static void flush_dtls(struct endpoint *endpoint) {
  uint8_t flight[8192];
  const int bytes = BIO_read(endpoint->said, flight, sizeof flight);
  if (bytes > 0) (void)!send(endpoint->fd, flight, (size_t)bytes, 0);
}

static bool is_expected(struct endpoint *endpoint) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int bytes = 0;
  X509 *certificate = SSL_get1_peer_certificate(endpoint->ssl);
  const bool ok = certificate != NULL && X509_digest(certificate, EVP_sha256(), digest, &bytes) == 1 &&
                  bytes == FINGERPRINT_BYTES && memcmp(digest, endpoint->offer.fingerprint, bytes) == 0;
  X509_free(certificate);
  return ok;
}

/** RFC 5764 section 4.2: the client's key, the server's, the client's salt, the server's. */
static void start_srtp(struct endpoint *endpoint) {
  uint8_t keys[2 * (SRTP_KEY_BYTES + SRTP_SALT_BYTES)];
  if (!is_expected(endpoint)) return fail(endpoint, "the server's certificate is another's");
  if (SSL_get_selected_srtp_profile(endpoint->ssl) == NULL ||
      SSL_export_keying_material(endpoint->ssl, keys, sizeof keys, EXPORTER_LABEL, sizeof EXPORTER_LABEL - 1, NULL, 0, 0) != 1)
    return fail(endpoint, "no keys for SRTP were agreed");
  const uint8_t *salts = keys + 2 * SRTP_KEY_BYTES;
  const bool ok = srtp_open(&endpoint->outbound, keys, salts, true) &&
                  srtp_open(&endpoint->inbound, keys + SRTP_KEY_BYTES, salts + SRTP_SALT_BYTES, false);
  OPENSSL_cleanse(keys, sizeof keys);
  if (!ok) return fail(endpoint, "SRTP could not be set up");
  endpoint->phase = PHASE_READY;
}

static void shake_hands(struct endpoint *endpoint) {
  const int done = SSL_do_handshake(endpoint->ssl);
  const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(endpoint->ssl, done);
  flush_dtls(endpoint);
  if (done == 1) start_srtp(endpoint);
  else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) fail(endpoint, "the DTLS handshake failed");
}

static void start_dtls(struct endpoint *endpoint) {
  endpoint->ssl = SSL_new(context);
  endpoint->heard = BIO_new(BIO_s_mem());
  endpoint->said = BIO_new(BIO_s_mem());
  if (endpoint->ssl == NULL || endpoint->heard == NULL || endpoint->said == NULL) return fail(endpoint, "out of memory");
  BIO_set_mem_eof_return(endpoint->heard, -1);
  SSL_set_bio(endpoint->ssl, endpoint->heard, endpoint->said);
  DTLS_set_timer_cb(endpoint->ssl, next_wait);
  DTLS_set_link_mtu(endpoint->ssl, 1200);
  SSL_set_connect_state(endpoint->ssl);
  endpoint->phase = PHASE_DTLS;
  shake_hands(endpoint);
}

static void take_stun(struct endpoint *endpoint, const uint8_t *packet, size_t length, uint64_t now_us) {
  if (stun_is_request(packet, length)) {
    uint8_t answer[STUN_MAX_BYTES];
    const size_t bytes = stun_answer(answer, packet, ntohl(endpoint->offer.address), endpoint->offer.port);
    if (bytes > 0) (void)!send(endpoint->fd, answer, bytes, 0);
    return;
  }
  if (!stun_is_answer(packet, length, endpoint->stun_id)) return;
  endpoint->next_stun_us = now_us + CONSENT_US;
  if (endpoint->phase == PHASE_ICE) start_dtls(endpoint);
}

static void take_dtls(struct endpoint *endpoint, const uint8_t *packet, size_t length) {
  if (endpoint->phase != PHASE_DTLS) return;
  BIO_write(endpoint->heard, packet, (int)length);
  shake_hands(endpoint);
}

/** When a packet was seen here, and when the kernel had it for us, by the clock that its stamps go by. */
struct moment {
  uint64_t seen_us;
  uint64_t stamp_us;
};

/** Room for the one thing that the kernel says beside a packet. */
union stamp {
  struct cmsghdr header;
  uint8_t bytes[CMSG_SPACE(sizeof(struct timespec))];
};

static uint64_t stamp_us(struct msghdr *message) {
  const struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_TIMESTAMPNS) return wall_us();
  struct timespec stamp;
  memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
  return (uint64_t)stamp.tv_sec * 1000000 + (uint64_t)stamp.tv_nsec / 1000;
}

static void take_rtcp(struct endpoint *endpoint, size_t index, uint8_t *packet, size_t length) {
  if (!endpoint->offer.sends || on_heard == NULL) return;
  const size_t plain = srtcp_unprotect(&endpoint->inbound, packet, length);
  if (plain > 0) on_heard(index, packet, plain);
  else endpoint->refused += 1;
}

static void feed_back(struct endpoint *endpoint, size_t index) {
  uint8_t packet[FEEDBACK_BYTES + SRTP_TAG_BYTES + SRTCP_INDEX_BYTES];
  const size_t length = feedback_report(endpoint->feedback, (uint32_t)index + 1, packet);
  const size_t sealed = length == 0 ? 0 : srtcp_protect(&endpoint->outbound, packet, length);
  if (sealed > 0) (void)!send(endpoint->fd, packet, sealed, 0);
}

static void take_rtp(struct endpoint *endpoint, size_t index, uint8_t *packet, size_t length, struct moment at) {
  if (length < 12) return;
  if (endpoint->feedback != NULL && !feedback_take(endpoint->feedback, packet, length, at.seen_us)) {
    feed_back(endpoint, index);
    feedback_take(endpoint->feedback, packet, length, at.seen_us);
  }
  const uint16_t number = get16(packet + 2);
  const uint32_t ssrc = get32(packet + 8);
  if (ssrc == PROBATION_SSRC) return;
  struct stream *stream = stream_of(&endpoint->streams, ssrc, number);
  if (stream == NULL) return;
  const uint32_t roc = stream_count(stream, number);
  endpoint->packets += 1;
  endpoint->bytes += length;
  if (!endpoint->tapped && (endpoint->packets + index) % open_one_in != 0) return;
  const size_t plain = srtp_unprotect(&endpoint->inbound, packet, length, roc);
  if (plain == 0) {
    endpoint->refused += 1;
    return;
  }
  endpoint->opened += 1;
  const size_t header = rtp_header_bytes(packet, plain);
  transit_end(packet + header, plain - header, at.stamp_us);
  if (endpoint->tapped && on_heard != NULL) on_heard(index, packet, plain);
}

/** What it is, the first byte says (RFC 7983); RTCP by its second (RFC 5761). */
static void take(struct endpoint *endpoint, size_t index, uint8_t *packet, size_t length, struct moment at) {
  if (length < 2) return;
  const uint8_t first = packet[0];
  if (first < 4) return take_stun(endpoint, packet, length, at.seen_us);
  if (first >= 20 && first < 64) return take_dtls(endpoint, packet, length);
  if (first < 128 || first > 191 || endpoint->phase != PHASE_READY) return;
  if (packet[1] >= 192 && packet[1] <= 223) return take_rtcp(endpoint, index, packet, length);
  take_rtp(endpoint, index, packet, length, at);
}

int endpoint_poll(struct endpoint *endpoint, size_t index) {
  static uint8_t packets[BATCH][PACKET_BYTES];
  struct iovec places[BATCH];
  struct mmsghdr messages[BATCH];
  union stamp stamps[BATCH];
  if (endpoint->phase == PHASE_FAILED) return 0;
  memset(messages, 0, sizeof messages);
  for (int at = 0; at < BATCH; at += 1) {
    places[at] = (struct iovec){packets[at], PACKET_BYTES};
    messages[at].msg_hdr.msg_iov = &places[at];
    messages[at].msg_hdr.msg_iovlen = 1;
    messages[at].msg_hdr.msg_control = &stamps[at];
    messages[at].msg_hdr.msg_controllen = sizeof stamps[at];
  }
  const int count = recvmmsg(endpoint->fd, messages, BATCH, MSG_DONTWAIT, NULL);
  if (count <= 0) return 0;
  const uint64_t at_us = now_us();
  endpoint->last_heard_us = at_us;
  for (int at = 0; at < count; at += 1)
    take(endpoint, index, packets[at], messages[at].msg_len, (struct moment){at_us, stamp_us(&messages[at].msg_hdr)});
  return count;
}

/** RFC 3550 section 6.4.2: what arrived, without loss, as a viewer on a good line says it each second. */
static void report(struct endpoint *endpoint, size_t index) {
  uint8_t packet[8 + STREAMS_PER_ENDPOINT * REPORT_BLOCK_BYTES + SRTP_TAG_BYTES + SRTCP_INDEX_BYTES] = {0};
  const size_t count = endpoint->streams.count;
  const size_t length = 8 + count * REPORT_BLOCK_BYTES;
  packet[0] = (uint8_t)(0x80 | count);
  packet[1] = RTCP_RECEIVER_REPORT;
  put16(packet + 2, (uint16_t)(length / 4 - 1));
  put32(packet + 4, (uint32_t)index + 1);
  for (size_t at = 0; at < count; at += 1) {
    const struct stream *stream = &endpoint->streams.list[at];
    put32(packet + 8 + at * REPORT_BLOCK_BYTES, stream->ssrc);
    put32(packet + 16 + at * REPORT_BLOCK_BYTES, stream->highest - 0x10000);
  }
  const size_t sealed = srtcp_protect(&endpoint->outbound, packet, length);
  if (sealed > 0) (void)!send(endpoint->fd, packet, sealed, 0);
}

void endpoint_tick(struct endpoint *endpoint, size_t index, uint64_t now_us) {
  if (endpoint->phase == PHASE_FAILED) return;
  if (endpoint->phase != PHASE_READY && now_us > endpoint->give_up_us) return fail(endpoint, "it took too long");
  if (now_us >= endpoint->next_stun_us) {
    uint8_t request[STUN_MAX_BYTES + ICE_UFRAG_CHARS];
    if (RAND_bytes(endpoint->stun_id, STUN_ID_BYTES) != 1) return fail(endpoint, "no random bytes");
    const size_t length = stun_request(request, endpoint->stun_id, endpoint->offer.ufrag, endpoint->offer.pwd);
    if (length > 0) (void)!send(endpoint->fd, request, length, 0);
    endpoint->next_stun_us = now_us + (endpoint->phase == PHASE_ICE ? STUN_AGAIN_US : CONSENT_US);
  }
  if (endpoint->phase == PHASE_DTLS && DTLSv1_handle_timeout(endpoint->ssl) != 0) flush_dtls(endpoint);
  if (endpoint->phase != PHASE_READY || endpoint->offer.sends) return;
  if (endpoint->feedback != NULL && now_us >= endpoint->next_feedback_us) {
    endpoint->next_feedback_us = now_us + FEEDBACK_US;
    feed_back(endpoint, index);
  }
  if (now_us < endpoint->next_report_us) return;
  endpoint->next_report_us = now_us + REPORT_US;
  if (endpoint->streams.count > 0) report(endpoint, index);
}

bool endpoint_send(struct endpoint *endpoint, uint8_t *packet, size_t length) {
  if (endpoint->phase != PHASE_READY || length < 12 || length > PACKET_BYTES - SRTP_TAG_BYTES - SRTCP_INDEX_BYTES) return false;
  if (packet[1] >= 192 && packet[1] <= 223) {
    const size_t sealed = srtcp_protect(&endpoint->outbound, packet, length);
    return sealed > 0 && send(endpoint->fd, packet, sealed, 0) >= 0;
  }
  const uint16_t number = get16(packet + 2);
  struct stream *stream = stream_of(&endpoint->streams, get32(packet + 8), number);
  if (stream == NULL) return false;
  const uint32_t roc = stream_count(stream, number);
  const size_t header = rtp_header_bytes(packet, length);
  if (header == 0) return false;
  transit_begin(packet + header, length - header, wall_us());
  const size_t sealed = srtp_protect(&endpoint->outbound, packet, length, roc);
  endpoint->packets += 1;
  return sealed > 0 && send(endpoint->fd, packet, sealed, 0) >= 0;
}

void endpoint_close(struct endpoint *endpoint) {
  // Frees both BIOs.
  SSL_free(endpoint->ssl);
  srtp_close(&endpoint->inbound);
  srtp_close(&endpoint->outbound);
  if (endpoint->fd > 0) close(endpoint->fd);
  free(endpoint->feedback);
  memset(endpoint, 0, sizeof *endpoint);
  fail(endpoint, "closed");
}
