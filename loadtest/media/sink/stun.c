// STUN Binding requests with credentials, and the success response that belongs to one.
#include "stun.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "wire.h"

enum { HEADER_BYTES = 20, SHA1_BYTES = 20 };
enum { BINDING_REQUEST = 0x0001, BINDING_SUCCESS = 0x0101 };
enum { XOR_MAPPED_ADDRESS = 0x0020, FAMILY_IPV4 = 1 };
enum { USERNAME = 0x0006, INTEGRITY = 0x0008, PRIORITY = 0x0024, USE_CANDIDATE = 0x0025, FINGERPRINT = 0x8028, CONTROLLING = 0x802a };
static const uint32_t COOKIE = 0x2112a442;
/** RFC 8445 section 5.1.2 for a host candidate. */
static const uint32_t HOST_PRIORITY = 0x7e7fffff;

static uint32_t crc32_of(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xffffffff;
  for (size_t at = 0; at < length; at += 1) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit += 1) crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc;
}

/** Attributes are filled up to four bytes. */
static uint8_t *attribute(uint8_t *at, uint16_t type, const void *value, size_t length) {
  put16(at, type);
  put16(at + 2, (uint16_t)length);
  if (length > 0) memcpy(at + 4, value, length);
  const size_t padded = (length + 3) & ~(size_t)3;
  memset(at + 4 + length, 0, padded - length);
  return at + 4 + padded;
}

/** Adds what shows that the message is whole and whose it is. Answers its length, 0 where OpenSSL refuses. */
static size_t seal(uint8_t *out, uint8_t *at, const char *pwd) {
  uint8_t digest[SHA1_BYTES], checksum[4];
  // The length in the header counts the attribute that is being made, for either of the two.
  put16(out + 2, (uint16_t)(at - out - HEADER_BYTES + 4 + SHA1_BYTES));
  unsigned int made = sizeof digest;
  if (HMAC(EVP_sha1(), pwd, (int)strlen(pwd), out, (size_t)(at - out), digest, &made) == NULL) return 0;
  at = attribute(at, INTEGRITY, digest, sizeof digest);
  put16(out + 2, (uint16_t)(at - out - HEADER_BYTES + 8));
  put32(checksum, crc32_of(out, (size_t)(at - out)) ^ 0x5354554e);
  at = attribute(at, FINGERPRINT, checksum, sizeof checksum);
  return (size_t)(at - out);
}

size_t stun_request(uint8_t *out, const uint8_t *id, const char *remote_ufrag, const char *remote_pwd) {
  uint8_t name[ICE_UFRAG_CHARS + 5], priority[4];
  const size_t ufrag = strlen(remote_ufrag);
  if (ufrag > ICE_UFRAG_CHARS) return 0;
  memcpy(name, remote_ufrag, ufrag);
  memcpy(name + ufrag, ":sink", 5);
  put16(out, BINDING_REQUEST);
  put32(out + 4, COOKIE);
  memcpy(out + 8, id, STUN_ID_BYTES);
  put32(priority, HOST_PRIORITY);
  uint8_t *at = attribute(out + HEADER_BYTES, USERNAME, name, ufrag + 5);
  at = attribute(at, CONTROLLING, id, 8);
  at = attribute(at, USE_CANDIDATE, NULL, 0);
  at = attribute(at, PRIORITY, priority, sizeof priority);
  return seal(out, at, remote_pwd);
}

bool stun_is_request(const uint8_t *packet, size_t length) {
  return length >= HEADER_BYTES && get16(packet) == BINDING_REQUEST && get32(packet + 4) == COOKIE;
}

size_t stun_answer(uint8_t *out, const uint8_t *request, uint32_t address, uint16_t port) {
  uint8_t mapped[8] = {0, FAMILY_IPV4};
  put16(out, BINDING_SUCCESS);
  memcpy(out + 4, request + 4, 4 + STUN_ID_BYTES);
  put16(mapped + 2, port ^ (uint16_t)(COOKIE >> 16));
  put32(mapped + 4, address ^ COOKIE);
  return seal(out, attribute(out + HEADER_BYTES, XOR_MAPPED_ADDRESS, mapped, sizeof mapped), STUN_OWN_PWD);
}

bool stun_is_answer(const uint8_t *packet, size_t length, const uint8_t *id) {
  return length >= HEADER_BYTES && get16(packet) == BINDING_SUCCESS && get32(packet + 4) == COOKIE &&
         memcmp(packet + 8, id, STUN_ID_BYTES) == 0;
}
