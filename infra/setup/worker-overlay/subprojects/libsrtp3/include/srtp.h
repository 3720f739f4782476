// The libsrtp 3 calls that the mediasoup worker makes, spoken to libsrtp 2.5.
// C++ only: the version 3 names overload the version 2 functions, whose signatures differ.
#ifndef CONCLAVE_SRTP3_OVER_SRTP2_H
#define CONCLAVE_SRTP3_OVER_SRTP2_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Version 3 makes the policy opaque; the version 2 struct steps aside under another name.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

// Codes that version 3 added; they fit the value range of the version 2 enum (0 to 31).
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct conclave_srtp_policy
{
	srtp2_policy_t v2;
	unsigned char key[SRTP_MAX_KEY_LEN];
};

using srtp_policy_t = conclave_srtp_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	auto* created = new (std::nothrow) conclave_srtp_policy();

	if (!created)
	{
		return srtp_err_status_alloc_fail;
	}

	created->v2.key = created->key;
	*policy         = created;

	return srtp_err_status_ok;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (policy)
	{
		// The compiler may not drop this one as a dead store.
		explicit_bzero(policy, sizeof(*policy));
		delete policy;
	}
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->v2.ssrc = ssrc;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto err = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);

	return err != srtp_err_status_ok
	         ? err
	         : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}

// MKI is not used by the worker; asking for one is refused rather than dropped.
inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* mki,
  size_t mkiLen)
{
	if (mki || mkiLen != 0 || keyLen > sizeof(policy->key) || saltLen > sizeof(policy->key) - keyLen)
	{
		return srtp_err_status_bad_param;
	}

	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->v2.allow_repeat_tx = allow ? 1 : 0;

	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
	policy->v2.window_size = size;

	return srtp_err_status_ok;
}

// Version 2 copies the policy and its key into the session, so the policy may be destroyed right after.
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy->v2));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrcInNetworkOrder)
{
	return srtp_remove_stream(session, ssrcInNetworkOrder);
}

namespace conclave_srtp
{
	using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

	// Version 2 works in place and writes up to `growth` bytes behind the packet without looking: room is checked here.
	inline srtp_err_status_t apply(
	  InPlace call, srtp_t session, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t growth)
	{
		if (inLen > INT32_MAX - growth || inLen + growth > *outLen)
		{
			return srtp_err_status_buffer_small;
		}

		if (in != out)
		{
			std::memcpy(out, in, inLen);
		}

		int len        = static_cast<int>(inLen);
		const auto err = call(session, out, &len);

		if (err == srtp_err_status_ok)
		{
			*outLen = static_cast<size_t>(len);
		}

		return err;
	}

	// SRTCP appends its index (4 bytes, RFC 3711 section 3.4) besides the trailer.
	constexpr size_t RtpGrowth{ SRTP_MAX_TRAILER_LEN };
	constexpr size_t RtcpGrowth{ SRTP_MAX_TRAILER_LEN + 4 };
} // namespace conclave_srtp

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mkiIndex*/)
{
	const conclave_srtp::InPlace call = ::srtp_protect;

	return conclave_srtp::apply(call, session, rtp, rtpLen, srtp, srtpLen, conclave_srtp::RtpGrowth);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	const conclave_srtp::InPlace call = ::srtp_unprotect;

	return conclave_srtp::apply(call, session, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mkiIndex*/)
{
	const conclave_srtp::InPlace call = ::srtp_protect_rtcp;

	return conclave_srtp::apply(call, session, rtcp, rtcpLen, srtcp, srtcpLen, conclave_srtp::RtcpGrowth);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	const conclave_srtp::InPlace call = ::srtp_unprotect_rtcp;

	return conclave_srtp::apply(call, session, srtcp, srtcpLen, rtcp, rtcpLen, 0);
}

#endif
