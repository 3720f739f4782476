// Where recordings stand on a device, whoever wrote them.

/** In the private file system of the page's origin. */
export const RECORDINGS_FOLDER = 'recordings';
