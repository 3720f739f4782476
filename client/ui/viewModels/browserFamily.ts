// Which browser's and which system's words to use where a permission must be mended by hand.

export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'other';

/** By the user-agent string, since permissions' places are told by nothing else. Every iOS browser is Safari inside. */
export const browserFamily = (userAgent: string): BrowserFamily => {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'safari';
  if (userAgent.includes('Firefox/')) return 'firefox';
  if (/Chrom(e|ium)\//.test(userAgent)) return 'chromium';
  return userAgent.includes('Safari/') ? 'safari' : 'other';
};

export type SystemFamily = 'mac' | 'windows' | 'phone' | 'other';

export const systemFamily = (userAgent: string): SystemFamily => {
  if (/Android|iPhone|iPad|iPod/.test(userAgent)) return 'phone';
  if (userAgent.includes('Macintosh')) return 'mac';
  return userAgent.includes('Windows') ? 'windows' : 'other';
};
