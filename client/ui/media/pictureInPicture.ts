// Which kind of small window over others this browser has.

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}
declare global {
  interface Window {
    documentPictureInPicture?: DocumentPictureInPicture;
  }
}

/** `document` holds whatever is put into it, `video` a picture only. */
export type PipKind = 'document' | 'video' | 'none';

/** `none` in older Firefox, which offers a small window of its own over each picture. */
export const pipKind = (): PipKind => {
  if (typeof window === 'undefined') return 'none';
  // A frame of another page is given the kind for pictures at most.
  if (window.documentPictureInPicture !== undefined && window.top === window) return 'document';
  return document.pictureInPictureEnabled ? 'video' : 'none';
};

/** A new window begins empty: it is given this page's style, language and colours. */
export const dressPipWindow = (opened: Document, title: string): void => {
  for (const sheet of document.querySelectorAll('link[rel=stylesheet], style'))
    opened.head.append(sheet.cloneNode(true));
  opened.documentElement.lang = document.documentElement.lang;
  Object.assign(opened.documentElement.dataset, document.documentElement.dataset);
  opened.title = title;
};
