// A second of a voice, to be said again and again: frames of Opus that a browser encoded beforehand (WebCodecs, mono, 20 kbit/s).

/** Of each frame. */
export const FRAME_MS = 20;
/** As RTP counts Opus (RFC 7587, section 4.1). */
export const TICKS_PER_FRAME = 960;

const ENCODED = [
  'eACtXiL8qsOCJzuxbDcqmggxaSzzw03ZqzdsQHxhfJO38w8JiTh0EtNqXWQ=',
  'eJxJYvizfnOgDT2Urnoi7AMNiBdmXoKTjdKVlHSfLDa0CmhmmSNItM8sFZnWW82ezt38X+E=',
  'eKROVq5m+M9XY0/RDSP0mS4wx025KXgWLuFyaskuxBZE6nNpu9Rz8EUPnFxqYz/S',
  'eKvN9orL/xvu7ssyjSn/2QzKVr4q9isFZFKrsQcTKUjU0mG08NYrZCu9',
  'eK7nDRR8OG7IqwfGoMefb1oB3VMQilM7RChJSORfXXRsIorZ1ePveoPrFdGnaw==',
  'eLDfUTdk9hvGDjiKBd74Sq0Uzo0yqsRTD9/0FCgbq7wagc6FtdxB6DRRknB253WH',
  'eLIIL40rVbgoQ9z034MUGAERmVub1b61zfAS3l4MHOgvGAloiWmdLaplYw==',
  'eLIYCOVxekTVPPGNfTHoRDm7AVgcqoAEfoO8o9mTz59TDSOYnSqZWD7bZj0=',
  'eLF2LVqRB5Q19XIogBpxYVzBdT/QLwyuEhW7pEimP3vadcfTWyyu58yMiA==',
  'eK5UunVwNdqXJJaYrjy/xiNeN8o//LI940Su6UAaQIMca7zYiRTtcd+4ynSR',
  'eKjzz9KMHfsNU/kwekjXEx0+KjmNi1r7RfBFw+JnGombb5ydFtSfLaeK',
  'eKNOoMrHg8enSFXx5Mc1GxdtImWthgoRJH8hZ/t3lY41kZkDvShHa5z6cA==',
  'eATzgBj09PV090w/ZBdZyNXAJ+CVqECpZKb3dD92lCwecewo5nM=',
  'eJkEUka2/NmjojfSS97yGAQReJH2cHSHDj/KWboRvjjNVIPEpcAVZh1em1JM01/uKa6PuHJN87J3/+k=',
  'eKB3Gi0VtuqxsDYZ1+j22FFyhwOEWIgxJq2rMIRf856r1iqaGwFgGRGhtRqCqlYmK+s=',
  'eKholCMRtklhFhM3jG6rV1cM5qIZVEKaVJYovtgbnI3OVvw5RqmI4m4TEkVsLqQ0hPo4dQ==',
  'eK042eGLusi3E9Uy9EylAkU/qW91wiuY4B2Zd86DcqrOqoZ/aRMpduR4+mM=',
  'eLCZklEN8MzD822yJvjEGT2cpD+JfjkM9pNbMMp5WcD5xDGj9kSGgDxMu+kKtkqG',
  'eLOwY3YEtH/WWEIgA4K7eyampsctpx9jUYvwQ9fnGOnB1UphFikHNQ==',
  'eLH9pP7CkFAn5okC8VmnydB4pxU/8cKfy3Y6Yb80W8lvMAISu5lyROFFuIiVbA==',
  'eLHA2ON3r28/E8l5lE4eAp6y6gP8c13b2CxB81QvZ1idkiq1DZQCaU8XAUYMmKIFyP9s',
  'eK/LAn1ZE91ciq5yd8Uws+vuK6Q2jQpqOEpXAFfRPYVQyEWpvChy9oM9BPo3',
  'eKyi6k07JCKcMx5I3b/XrX/wH3XNSahpu+RCs9VLh5JHGQcjdQ==',
  'eKctr32dMFCK7XADFRQuX1+1ZN1D4/Sur2P3+4bnEwUWukK3QNZAKIhHgCiLm8aUQF8=',
  'eAWtkcD2FKPc4nT1vb6iuD4sEuDuRSzKWsC/NPIFdzepUCcv1htIeQ==',
  'eANOxoaWZ9uYseY/hPhCl2vBnbrswVp+Wfd2OQgM+j8AJnP3sAoiPSDg',
  'eJvTVNd0PxeyI7siNW7lwapusXnYw4evvThJJEMisI04RGAeGSbTwoj6nJSFl8C1TBoaQB5ft5o=',
  'eKVWqREMu99zzBz4g74hX3oEUo4SevJiD8RGya0zgit9aMkSUUI8cGoTVP182Q==',
  'eKvOF1nS7bFeMYGEjKcN6ncJzlqHmmrNp+ww8/PZleW3KaFZQs7ku7C+',
  'eK7F+jGx2BQ6qbTEd3POhgy5r95wyyLPS8EKjgaM5zAsXgKYHlZPkLvfr3vLipd8dmw=',
  'eLBVUeBItkGMhQLgeUtsLpMmsGYkFdb60a5l0gjRI9pY63HrM+l8jhDaqa/VH1KR5t+ndA==',
  'eLBlP30dAWBONO+DefqeEhJ4D6tRomjdhJUDedwEIClPIpGcWoB1wWFRirpSZ2w=',
  'eLBVcp1ebKXWL6XJNjFM2jjq942wCgbEotG7Cn0zxAcnvHNxWrQ6FNho/wD5LWM=',
  'eK/Lb+skOmuZEjcMCzLhFJkzjqPgXxG7saue5HhnHE89cDODtLis+CZ9+e3Z',
  'eKxmxqkYZ9MaKccyTsj9/0WzbmJCbJcM7Ir3Mrz8JHrgXBxFu0o7oOX2QWokE6+/',
  'eKjjC/cPFW8vYLXoR99AWC3vZhhVMTLrahOqGPMYcYhThlzDP6nARr5dYExhb/eC8VuT',
  'eKNIIROj0neYRsXods2vaE7zqDBppCqziSa0smA2/DyCilZ5fKphdYLuVXsh1g==',
  'eAS8QBj0zu2yQAN+OcAZRvaEUuEIrzBfQFUcY2QNpkHaG5yk3G4=',
  'eANB3GMJ/Fe0y/JMZFdRUZzFVMXMy2jyp72lyXuHFLQ5SP4aZbzcnPUoK9ldkA==',
  'eKB3GtTk66BcpJtnl8/jl+ZTjj1na7eYL+48yvX+Lrb/65t2xmMNf8/Bdwqv2g==',
  'eKbe9FYVQBvS497OrAdz+va9bWsyPX6fW+ul7488lA63qUGwlCwQ18xj',
  'eKvT/6PR3rcneSs7P0iLEAuT9Kr3Xb6ow2X3Df1esf4187IwUqOATfvd7RM66Gw=',
  'eLBlCvISv4adTORyo7Y3RfCmFySxg7SMnj05DepC4cAtvSnFtaqhXJjM1X6nWu50',
  'eLBK43Ww8Mbfe4iEkAmHH04uxwGvGn0Ui0bs7zo9ax94RryMYnSGqyLDBHQ=',
  'eLOwsZpwFiXrnZzgTe5jDe+7KeuynjXZZ8AnmeQUFMIs2So/XEu+',
  'eLAtk2edNGNKy2EJW9KGW1EHCRBhFa77jbJnNSpClQK5rLHcfqzsCZ87369PjIqXy1LR',
  'eK5bPFQ7at91/oo+Wqq9fi75Cc2eAFXEql0qA2ZCNIUMTXWqf9KYy4c=',
  'eKyic2o5cS0inhVnX/BCsumUXKlUWgXcJw77Yt8z2EUinY125GQ=',
  'eKctd8MNnv6idqD5nFTtlFN5RDvUBqos4qQR0/Gzw2pPv1O9tGm4ltt2RXg=',
  'eAXX01lgk7MeyHl1/Y59ZumpXjWt8/w0lwzWOPDR/OZwngfK7T1oa8Q+/GoFmuA=',
];

/** Pulses of a throat through three formants, four syllables a second; each loud one is followed by a quiet one, the last by the first. */
export const VOICE: readonly Uint8Array<ArrayBuffer>[] = ENCODED.map(
  (text) => new Uint8Array(Buffer.from(text, 'base64')),
);
