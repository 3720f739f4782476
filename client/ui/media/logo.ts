// A logo as it goes on air: drawn anew by this browser, so that nothing of the file but its picture leaves the device, and small.
import { MAX_LOGO_CHARS } from '#core';

export const LOGO_TYPES = 'image/png,image/jpeg,image/webp';
/** Twice the size at which viewers see it; smaller where that does not fit. */
const WIDTHS_PX = [480, 320, 240, 160, 96] as const;
const MAX_SIDES = 2;

/** A data URL of at most `MAX_LOGO_CHARS`, or null where the file holds no picture that can be read. */
export const logoOf = async (file: Blob): Promise<string | null> => {
  try {
    const picture = await createImageBitmap(file);
    try {
      return WIDTHS_PX.map((width) => drawn(picture, width)).find((url) => url.length <= MAX_LOGO_CHARS) ?? null;
    } finally {
      picture.close();
    }
  } catch {
    return null;
  }
};

/** PNG keeps edges and what is transparent. */
const drawn = (picture: ImageBitmap, maxWidth: number): string => {
  const scale = Math.min(1, maxWidth / picture.width, maxWidth / MAX_SIDES / picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const png = canvas.toDataURL('image/png');
  return png.length <= MAX_LOGO_CHARS ? png : canvas.toDataURL('image/webp', 0.85);
};
