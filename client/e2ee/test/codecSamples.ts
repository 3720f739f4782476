// Frames of 64 × 64 pixels as Chromium's encoders made them: a key frame and a delta frame of each codec.

const fromHex = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));

/** SPS, PPS, IDR slice; start codes of four bytes. */
export const H264_KEY = fromHex(
  '000000016742c00a8c8d42124dc0434041e1108d400000000168ce3c800000000165b80004000013ffffe08a280016f1c00040f6380008087c3ffe0af1400788000540004012200016000100d83900363072006c41c10663070419888c56f27f1fff82be2800e20001500010044200016000100d40e400cc83900333c1c106320e08319fffff82a854904266301f490652f6aff80f5b608c6ed5ff5d7362b7bebaebaebaf0',
);
/** Bytes of it that stay clear: parameter sets, and 65 b8 (first_mb_in_slice, slice_type, pps_id). */
export const H264_KEY_CLEAR = fromHex('000000016742c00a8c8d42124dc0434041e1108d400000000168ce3c800000000165b8');
export const H264_DELTA = fromHex(
  '0000000161e00080013e47e051abf30393efc008bd5d9cff7904e97801098fb89bfde408acbd4f5c019b2fe9c7ffff00c2eeaf27fffa3e2b86ddcac4ac7cac4ac7c719b82e6a2e79ee6bee70db9fd8ec7f63b1f9f3c2a2e2b9aab9b81241c9c8a201a7ffe884f97f80ceafd55ffec8254bfefcf5128f3fff5ff0246568fffebfe680',
);
/** Temporal delimiter, sequence header, frame with an extension. */
export const AV1_KEY = fromHex(
  '12000a110021070081804040abffe00d1010d01840360066105cc0208208120844d9b5cd1e9bf9bb75902afc05b4088d80315f4183816dc6d9452ea16dbccbf5a82ce00c15426045692f72a2041561f872de7ecf3a543f4c878b392eb7c51ec0efd874a8e0f9d293b6aff880765d445a08397b138f2cf1f96bd77005b8e0',
);
export const AV1_SEQUENCE_HEADER = fromHex('0a110021070081804040abffe00d1010d01840');
export const AV1_DELTA = fromHex(
  '120036403a38000000000ea013cf3ce2c4488000d8a8a1eaf9214dac674e56ad2aef8404f10dc2f326b38ab3ed81c3cae53952b39d9a252959659c87394610',
);
export const VP9_KEY = fromHex(
  '824983425003f003f60638241c183a00002040007a377fffdec288a54693225d13f225a124bc05bb68c614d50ef314d765e566bc29d3fffffff93117fffffff6d21f2f287ffdb286dfffdddd48cebfffad6fffeba79563cffff025179129f642a4675fffd6b7f1f88fa83ffff0a63b692fff84429fffef7c7ec83fffad6fffec79ae498fffe3136d9f58e07c98fffad6fe5b2a8943fff812bcb0fc2fb60316fd5dffe19ffc33d97a36ef5bf67ee94a83fffe0dffe0df0736b1e42c699840',
);
