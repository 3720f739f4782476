// Draws the stage on a canvas as it is recorded: pictures or faces, names, who speaks, and the time.
import type { RecordedTile } from '../../viewModels/recordedScene.ts';
import { initialsOf } from '../../viewModels/tiles.ts';

/** The stage's colours in a file, which follows nobody's choice of light or dark. */
const GROUND = '#141311';
const FACE_GROUND = '#2a2723';
const CHIP_GROUND = 'rgb(20 19 17 / 0.85)';
const WORDS = '#f3efe7';
const SPEAKING = '#e0b35a';
const FACES = ['#6a4b3a', '#3f5a4a', '#3f4f6b', '#6b4360', '#5d5a34', '#35585f'];

export interface ComposerWords {
  clock: string;
  /** On the chip of a tile. */
  nameOf(tile: RecordedTile): string;
}

export class Composer {
  readonly canvas: HTMLCanvasElement;
  #context: CanvasRenderingContext2D;
  #videos = new Map<MediaStreamTrack, HTMLVideoElement>();
  /** Pixels of the file per pixel of a 720-line one. */
  #scale: number;

  constructor(width: number, height: number) {
    this.canvas = document.createElement('canvas');
    this.canvas.width = width;
    this.canvas.height = height;
    this.#scale = height / 720;
    const context = this.canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('no canvas');
    this.#context = context;
  }

  draw(tiles: readonly RecordedTile[], words: ComposerWords): void {
    this.#follow(tiles);
    const { width, height } = this.canvas;
    this.#context.fillStyle = GROUND;
    this.#context.fillRect(0, 0, width, height);
    for (const tile of tiles) this.#drawTile(tile, words.nameOf(tile));
    this.#drawChip(words.clock, { right: width - 16 * this.#scale, top: 16 * this.#scale });
  }

  close(): void {
    this.#follow([]);
  }

  /** Each picture is drawn from an element of our own: those on the page come and go with its pages. */
  #follow(tiles: readonly RecordedTile[]): void {
    const wanted = new Set(tiles.flatMap(({ track }) => (track === null ? [] : [track])));
    for (const [track, video] of this.#videos) {
      if (wanted.has(track)) continue;
      video.srcObject = null;
      this.#videos.delete(track);
    }
    for (const track of wanted) if (!this.#videos.has(track)) this.#videos.set(track, playing(track));
  }

  #drawTile(tile: RecordedTile, name: string): void {
    const { x, y, width, height } = tile.place;
    const context = this.#context;
    context.save();
    context.beginPath();
    context.roundRect(x, y, width, height, 12 * this.#scale);
    context.clip();
    context.fillStyle = FACE_GROUND;
    context.fillRect(x, y, width, height);
    const video = tile.track === null ? undefined : this.#videos.get(tile.track);
    if (video !== undefined && video.videoWidth > 0) this.#drawPicture(video, tile);
    else this.#drawFace(tile, name);
    context.restore();
    this.#drawChip(name, { left: x + 8 * this.#scale, bottom: y + height - 8 * this.#scale });
    if (!tile.speaking) return;
    context.strokeStyle = SPEAKING;
    context.lineWidth = 3 * this.#scale;
    context.beginPath();
    context.roundRect(x + 1, y + 1, width - 2, height - 2, 12 * this.#scale);
    context.stroke();
  }

  /** Faces fill their tile; of a screen nothing may be cut off. */
  #drawPicture(video: HTMLVideoElement, { stream, place: { x, y, width, height } }: RecordedTile): void {
    const across = width / video.videoWidth;
    const down = height / video.videoHeight;
    const factor = stream === 'screen' ? Math.min(across, down) : Math.max(across, down);
    const [w, h] = [video.videoWidth * factor, video.videoHeight * factor];
    this.#context.drawImage(video, x + (width - w) / 2, y + (height - h) / 2, w, h);
  }

  #drawFace({ tint, place: { x, y, width, height } }: RecordedTile, name: string): void {
    const context = this.#context;
    const radius = Math.min(width, height) * 0.22;
    context.fillStyle = FACES[tint % FACES.length] ?? FACE_GROUND;
    context.beginPath();
    context.arc(x + width / 2, y + height / 2, radius, 0, 2 * Math.PI);
    context.fill();
    this.#write(initialsOf(name), { x: x + width / 2, y: y + height / 2, size: radius * 0.8, align: 'center' });
  }

  #drawChip(text: string, at: { left: number; bottom: number } | { right: number; top: number }): void {
    const size = 15 * this.#scale;
    const context = this.#context;
    context.font = `600 ${size}px system-ui, sans-serif`;
    const width = context.measureText(text).width + 16 * this.#scale;
    const height = size * 1.8;
    const x = 'left' in at ? at.left : at.right - width;
    const y = 'bottom' in at ? at.bottom - height : at.top;
    context.fillStyle = CHIP_GROUND;
    context.beginPath();
    context.roundRect(x, y, width, height, 8 * this.#scale);
    context.fill();
    this.#write(text, { x: x + 8 * this.#scale, y: y + height / 2, size, align: 'left' });
  }

  #write(text: string, { x, y, size, align }: { x: number; y: number; size: number; align: CanvasTextAlign }): void {
    const context = this.#context;
    context.font = `600 ${size}px system-ui, sans-serif`;
    context.fillStyle = WORDS;
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(text, x, y);
  }
}

const playing = (track: MediaStreamTrack): HTMLVideoElement => {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  // Taken away before it began: then it is drawn by nobody.
  video.play().catch(() => undefined);
  return video;
};
