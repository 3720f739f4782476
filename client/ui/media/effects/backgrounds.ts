// What can stand behind a person: nothing else, a blur, a picture drawn here, or one of the person's own, kept on this device.
import type { Look } from '../../../platform/effects/background/protocol.ts';
import { recall, remember } from '../../remembered.ts';

export const backgrounds = ['off', 'blur-slight', 'blur-strong', 'dusk', 'paper', 'moss', 'own'] as const;
export type Background = (typeof backgrounds)[number];
export type Backdrop = 'dusk' | 'paper' | 'moss';

/** As large as the picture that is sent; a larger one would be scaled away. */
const SIZE = { width: 1280, height: 720 };
const JPEG_QUALITY = 0.85;

/** From the top to the foot, and two soft lights: place and reach as parts of the picture. */
interface Drawing {
  sky: readonly [string, string, string];
  lights: readonly { x: number; y: number; reach: number; colour: string }[];
}
const drawings: Record<Backdrop, Drawing> = {
  dusk: {
    sky: ['#2b2a45', '#6b4a63', '#c98a63'],
    lights: [
      { x: 0.75, y: 0.85, reach: 0.6, colour: '#f3c27d' },
      { x: 0.15, y: 0.2, reach: 0.5, colour: '#454a78' },
    ],
  },
  paper: {
    sky: ['#f3eee2', '#e9e1d0', '#d9cdb6'],
    lights: [
      { x: 0.2, y: 0.1, reach: 0.7, colour: '#fffdf6' },
      { x: 0.85, y: 0.9, reach: 0.5, colour: '#c9b993' },
    ],
  },
  moss: {
    sky: ['#10231f', '#1f4238', '#2f5a46'],
    lights: [
      { x: 0.8, y: 0.15, reach: 0.6, colour: '#7fa387' },
      { x: 0.1, y: 0.9, reach: 0.5, colour: '#0b1a17' },
    ],
  },
};

export const drawBackdrop = (canvas: HTMLCanvasElement, backdrop: Backdrop): void => {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height } = canvas;
  const { sky, lights } = drawings[backdrop];
  const base = context.createLinearGradient(0, 0, 0, height);
  for (const [index, colour] of sky.entries()) base.addColorStop(index / (sky.length - 1), colour);
  context.fillStyle = base;
  context.fillRect(0, 0, width, height);
  for (const { x, y, reach, colour } of lights) {
    const light = context.createRadialGradient(x * width, y * height, 0, x * width, y * height, reach * width);
    light.addColorStop(0, `${colour}cc`);
    light.addColorStop(1, `${colour}00`);
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
  }
};

const canvasOf = (width: number, height: number): HTMLCanvasElement =>
  Object.assign(document.createElement('canvas'), { width, height });

/** The person's own picture as a data: address, or null. It never leaves the device except behind the person. */
export const ownPicture = (): string | null => recall('background.own');

const loadPicture = async (address: string): Promise<HTMLImageElement> => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
};

/** Scales a picture to what is sent and keeps it. Rejects for a file that is no picture. */
export const keepOwnPicture = async (file: Blob): Promise<void> => {
  const address = URL.createObjectURL(file);
  try {
    const image = await loadPicture(address);
    const scale = Math.min(1, SIZE.width / image.naturalWidth);
    const [width, height] = [image.naturalWidth, image.naturalHeight].map((length) => Math.round(length * scale));
    const canvas = canvasOf(width ?? 1, height ?? 1);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    remember('background.own', canvas.toDataURL('image/jpeg', JPEG_QUALITY));
  } finally {
    URL.revokeObjectURL(address);
  }
};

/** Rejects where the person's own picture is gone. */
export const lookOf = async (background: Exclude<Background, 'off'>): Promise<Look> => {
  if (background === 'blur-slight' || background === 'blur-strong') {
    return { kind: 'blur', strength: background === 'blur-slight' ? 'slight' : 'strong' };
  }
  if (background === 'own') {
    const address = ownPicture();
    if (address === null) throw new Error('no picture is kept here');
    return { kind: 'image', image: await createImageBitmap(await loadPicture(address)) };
  }
  const canvas = canvasOf(SIZE.width, SIZE.height);
  drawBackdrop(canvas, background);
  return { kind: 'image', image: await createImageBitmap(canvas) };
};

export const rememberedBackground = (): Background => {
  const kept = recall('background');
  return backgrounds.find((one) => one === kept) ?? 'off';
};
