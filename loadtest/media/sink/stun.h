// STUN as an ICE agent needs it towards a server that is ICE-lite (RFC 8489, RFC 8445): one request, whether an answer is its answer, and
// the answer to one that checks all the same.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STUN_MAX_BYTES = 256, STUN_ID_BYTES = 12, ICE_UFRAG_CHARS = 64, ICE_PWD_CHARS = 256 };

/** Writes a Binding request that nominates the pair. @param out STUN_MAX_BYTES. Answers its length, 0 where it cannot be made. */
size_t stun_request(uint8_t *out, const uint8_t *id, const char *remote_ufrag, const char *remote_pwd);
/** The password of the sink; its name is "sink". Whoever asks is answered: it is asked by who was told of it. */
#define STUN_OWN_PWD "the-sink-checks-nobody"
bool stun_is_request(const uint8_t *packet, size_t length);
/** Answers a request that came from there, both in the machine's byte order. @param out STUN_MAX_BYTES. Answers its length. */
size_t stun_answer(uint8_t *out, const uint8_t *request, uint32_t address, uint16_t port);
bool stun_is_answer(const uint8_t *packet, size_t length, const uint8_t *id);
