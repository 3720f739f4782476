// STUN as an ICE agent needs it towards an ICE-lite server (RFC 8489, RFC 8445): one request, and whether an answer is its answer.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STUN_MAX_BYTES = 256, STUN_ID_BYTES = 12, ICE_UFRAG_CHARS = 64, ICE_PWD_CHARS = 256 };

/** Writes a Binding request that nominates the pair. @param out STUN_MAX_BYTES. Answers its length, 0 where it cannot be made. */
size_t stun_request(uint8_t *out, const uint8_t *id, const char *remote_ufrag, const char *remote_pwd);
bool stun_is_answer(const uint8_t *packet, size_t length, const uint8_t *id);
