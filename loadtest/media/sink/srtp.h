// SRTP and SRTCP with AEAD_AES_128_GCM (RFC 3711, RFC 7714): the one profile that the sink offers.
#pragma once
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SRTP_KEY_BYTES = 16, SRTP_SALT_BYTES = 12, SRTP_TAG_BYTES = 16, SRTCP_INDEX_BYTES = 4 };

/** One direction of one endpoint. */
struct srtp_side {
  EVP_CIPHER_CTX *rtp;
  EVP_CIPHER_CTX *rtcp;
  uint8_t rtp_salt[SRTP_SALT_BYTES];
  uint8_t rtcp_salt[SRTP_SALT_BYTES];
  uint32_t rtcp_index;
};

/** @param seals whether packets are sealed with it, or opened. False where OpenSSL refuses; `srtp_close` is due either way. */
bool srtp_open(struct srtp_side *side, const uint8_t *key, const uint8_t *salt, bool seals);
void srtp_close(struct srtp_side *side);

/** Bytes of the RTP header with its list of sources and its extension; 0 where `packet` is none. */
size_t rtp_header_bytes(const uint8_t *packet, size_t length);

/** Both work in place and answer the new length, 0 where the packet is not right; `packet` has room for a tag and an index more. */
size_t srtp_protect(struct srtp_side *side, uint8_t *packet, size_t length, uint32_t roc);
size_t srtp_unprotect(struct srtp_side *side, uint8_t *packet, size_t length, uint32_t roc);
size_t srtcp_protect(struct srtp_side *side, uint8_t *packet, size_t length);
size_t srtcp_unprotect(struct srtp_side *side, uint8_t *packet, size_t length);
