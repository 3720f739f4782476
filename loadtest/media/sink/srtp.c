// SRTP and SRTCP with AEAD_AES_128_GCM over OpenSSL: keys, nonces and what is authenticated, and nothing else.
#include "srtp.h"

#include <string.h>

#include "wire.h"

/** RFC 3711 section 4.3.1. */
enum { LABEL_RTP_KEY = 0, LABEL_RTP_SALT = 2, LABEL_RTCP_KEY = 3, LABEL_RTCP_SALT = 5 };
/** Of a compound RTCP packet, the first header stays in the clear. */
enum { RTCP_CLEAR_BYTES = 8 };
static const uint32_t SRTCP_ENCRYPTED = 0x80000000;

/** RFC 3711 section 4.3.3: the key stream of AES in counter mode; the salt of 96 bits is filled up with zeros (RFC 7714 section 11). */
static bool derive(const uint8_t *key, const uint8_t *salt, uint8_t label, uint8_t *out, int bytes) {
  static const uint8_t zeros[SRTP_KEY_BYTES];
  uint8_t counter[16] = {0};
  memcpy(counter, salt, SRTP_SALT_BYTES);
  counter[7] ^= label;
  EVP_CIPHER_CTX *stream = EVP_CIPHER_CTX_new();
  int made = 0;
  const bool ok = stream != NULL && EVP_EncryptInit_ex(stream, EVP_aes_128_ctr(), NULL, key, counter) == 1 &&
                  EVP_EncryptUpdate(stream, out, &made, zeros, bytes) == 1 && made == bytes;
  EVP_CIPHER_CTX_free(stream);
  return ok;
}

static EVP_CIPHER_CTX *open_cipher(const uint8_t *key, bool seals) {
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  if (cipher == NULL || EVP_CipherInit_ex(cipher, EVP_aes_128_gcm(), NULL, key, NULL, seals ? 1 : 0) != 1) {
    EVP_CIPHER_CTX_free(cipher);
    return NULL;
  }
  return cipher;
}

bool srtp_open(struct srtp_side *side, const uint8_t *key, const uint8_t *salt, bool seals) {
  uint8_t rtp_key[SRTP_KEY_BYTES], rtcp_key[SRTP_KEY_BYTES];
  memset(side, 0, sizeof *side);
  if (!derive(key, salt, LABEL_RTP_KEY, rtp_key, SRTP_KEY_BYTES) ||
      !derive(key, salt, LABEL_RTP_SALT, side->rtp_salt, SRTP_SALT_BYTES) ||
      !derive(key, salt, LABEL_RTCP_KEY, rtcp_key, SRTP_KEY_BYTES) ||
      !derive(key, salt, LABEL_RTCP_SALT, side->rtcp_salt, SRTP_SALT_BYTES))
    return false;
  side->rtp = open_cipher(rtp_key, seals);
  side->rtcp = open_cipher(rtcp_key, seals);
  return side->rtp != NULL && side->rtcp != NULL;
}

void srtp_close(struct srtp_side *side) {
  EVP_CIPHER_CTX_free(side->rtp);
  EVP_CIPHER_CTX_free(side->rtcp);
  memset(side, 0, sizeof *side);
}

size_t rtp_header_bytes(const uint8_t *packet, size_t length) {
  if (length < 12 || packet[0] >> 6 != 2) return 0;
  size_t header = 12 + 4 * (size_t)(packet[0] & 0x0f);
  if ((packet[0] & 0x10) != 0) {
    if (length < header + 4) return 0;
    header += 4 + 4 * (size_t)get16(packet + header + 2);
  }
  return header <= length ? header : 0;
}

/** RFC 7714 sections 8.1 and 9.1: two zeros, the source, a counter of six bytes, all of it over the salt. */
static void nonce_of(uint8_t *nonce, const uint8_t *salt, uint32_t ssrc, uint32_t high, uint16_t low) {
  nonce[0] = nonce[1] = 0;
  put32(nonce + 2, ssrc);
  put32(nonce + 6, high);
  put16(nonce + 10, low);
  for (int at = 0; at < SRTP_SALT_BYTES; at += 1) nonce[at] ^= salt[at];
}

struct aead {
  EVP_CIPHER_CTX *cipher;
  const uint8_t *nonce;
  const uint8_t *clear;
  int clear_bytes;
  /** What is authenticated after `clear`: the index of SRTCP. */
  const uint8_t *more;
  int more_bytes;
};

/** In place, `tag` is written where it seals and checked where it opens. */
static bool run(const struct aead *aead, uint8_t *text, int bytes, uint8_t *tag, bool seals) {
  EVP_CIPHER_CTX *cipher = aead->cipher;
  int made = 0;
  if (EVP_CipherInit_ex(cipher, NULL, NULL, NULL, aead->nonce, -1) != 1) return false;
  if (!seals && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, SRTP_TAG_BYTES, tag) != 1) return false;
  if (EVP_CipherUpdate(cipher, NULL, &made, aead->clear, aead->clear_bytes) != 1) return false;
  if (aead->more_bytes > 0 && EVP_CipherUpdate(cipher, NULL, &made, aead->more, aead->more_bytes) != 1) return false;
  if (bytes > 0 && EVP_CipherUpdate(cipher, text, &made, text, bytes) != 1) return false;
  if (EVP_CipherFinal_ex(cipher, text + bytes, &made) != 1) return false;
  return !seals || EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, SRTP_TAG_BYTES, tag) == 1;
}

static struct aead rtp_aead(struct srtp_side *side, const uint8_t *packet, size_t header, uint8_t *nonce, uint32_t roc) {
  nonce_of(nonce, side->rtp_salt, get32(packet + 8), roc, get16(packet + 2));
  return (struct aead){.cipher = side->rtp, .nonce = nonce, .clear = packet, .clear_bytes = (int)header};
}

size_t srtp_protect(struct srtp_side *side, uint8_t *packet, size_t length, uint32_t roc) {
  uint8_t nonce[SRTP_SALT_BYTES];
  const size_t header = rtp_header_bytes(packet, length);
  if (header == 0) return 0;
  const struct aead aead = rtp_aead(side, packet, header, nonce, roc);
  if (!run(&aead, packet + header, (int)(length - header), packet + length, true)) return 0;
  return length + SRTP_TAG_BYTES;
}

size_t srtp_unprotect(struct srtp_side *side, uint8_t *packet, size_t length, uint32_t roc) {
  uint8_t nonce[SRTP_SALT_BYTES];
  const size_t header = rtp_header_bytes(packet, length);
  if (header == 0 || length < header + SRTP_TAG_BYTES) return 0;
  const size_t plain = length - SRTP_TAG_BYTES;
  const struct aead aead = rtp_aead(side, packet, header, nonce, roc);
  return run(&aead, packet + header, (int)(plain - header), packet + plain, false) ? plain : 0;
}

static struct aead rtcp_aead(struct srtp_side *side, const uint8_t *packet, uint8_t *nonce, const uint8_t *index) {
  nonce_of(nonce, side->rtcp_salt, get32(packet + 4), (get32(index) & ~SRTCP_ENCRYPTED) >> 16, get16(index + 2));
  return (struct aead){side->rtcp, nonce, packet, RTCP_CLEAR_BYTES, index, SRTCP_INDEX_BYTES};
}

size_t srtcp_protect(struct srtp_side *side, uint8_t *packet, size_t length) {
  uint8_t nonce[SRTP_SALT_BYTES], index[SRTCP_INDEX_BYTES];
  if (length < RTCP_CLEAR_BYTES) return 0;
  put32(index, SRTCP_ENCRYPTED | side->rtcp_index);
  side->rtcp_index = (side->rtcp_index + 1) & ~SRTCP_ENCRYPTED;
  const struct aead aead = rtcp_aead(side, packet, nonce, index);
  if (!run(&aead, packet + RTCP_CLEAR_BYTES, (int)(length - RTCP_CLEAR_BYTES), packet + length, true)) return 0;
  memcpy(packet + length + SRTP_TAG_BYTES, index, SRTCP_INDEX_BYTES);
  return length + SRTP_TAG_BYTES + SRTCP_INDEX_BYTES;
}

size_t srtcp_unprotect(struct srtp_side *side, uint8_t *packet, size_t length) {
  uint8_t nonce[SRTP_SALT_BYTES];
  if (length < RTCP_CLEAR_BYTES + SRTP_TAG_BYTES + SRTCP_INDEX_BYTES) return 0;
  const uint8_t *index = packet + length - SRTCP_INDEX_BYTES;
  if ((get32(index) & SRTCP_ENCRYPTED) == 0) return 0;
  const size_t plain = length - SRTP_TAG_BYTES - SRTCP_INDEX_BYTES;
  const struct aead aead = rtcp_aead(side, packet, nonce, index);
  return run(&aead, packet + RTCP_CLEAR_BYTES, (int)(plain - RTCP_CLEAR_BYTES), packet + plain, false) ? plain : 0;
}
