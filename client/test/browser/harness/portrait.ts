// A camera that films somebody in particular: each person has a colour of their own, so that tiles cannot be mixed up.
import { lookAt } from './pictures.ts';
import type { BrowserPage } from './BrowserPage.ts';

/** Colour of the wall behind the person: red, green, blue, 0 … 255. */
export type Wall = readonly [number, number, number];

export const WALLS = {
  teal: [38, 94, 98],
  plum: [104, 58, 92],
  amber: [150, 104, 42],
} as const satisfies Record<string, Wall>;

interface Filmed {
  wall: Wall;
  striped: boolean;
}

/** Has something run in a page before its own code: Playwright's contexts do. */
interface Prepared {
  addInitScript(run: (filmed: Filmed) => void, filmed: Filmed): Promise<unknown>;
}

/**
 * Lets getUserMedia ask and open devices as always, and then shows a drawn, swaying person instead of the fake device.
 * @param options `striped`: bright bars on the wall, so that one can tell whether it is seen sharply
 */
export async function filmPortrait(context: Prepared, wall: Wall, { striped = false } = {}): Promise<void> {
  await context.addInitScript(
    ({ wall: [red, green, blue], striped: hasStripes }) => {
      const { mediaDevices } = navigator;
      const original = mediaDevices.getUserMedia.bind(mediaDevices);
      const startedMs = performance.now();

      // Bars would show through a person without a neck and features, who is none to a model that looks for people.
      const drawNeck = (context2d: CanvasRenderingContext2D, width: number, height: number): void => {
        context2d.fillStyle = 'rgb(206 170 140)';
        context2d.fillRect(width / 2 - width * 0.045, height * 0.5, width * 0.09, height * 0.18);
      };
      const drawFeatures = (context2d: CanvasRenderingContext2D, width: number, height: number): void => {
        const spot = (x: number, y: number, rx: number, ry: number, colour: string): void => {
          context2d.fillStyle = colour;
          context2d.beginPath();
          context2d.ellipse(width / 2 + x * height, y * height, rx * height, ry * height, 0, 0, 2 * Math.PI);
          context2d.fill();
        };
        for (const side of [-1, 1]) spot(side * 0.055, 0.44, 0.018, 0.012, 'rgb(34 34 34)');
        spot(0, 0.475, 0.016, 0.03, 'rgb(200 160 130)');
        spot(0, 0.53, 0.045, 0.012, 'rgb(160 80 64)');
      };

      const draw = (context2d: CanvasRenderingContext2D, width: number, height: number): void => {
        const seconds = (performance.now() - startedMs) / 1000;
        const sway = Math.sin(seconds * 1.6) * width * 0.012;
        const nod = Math.sin(seconds * 2.7) * height * 0.008;
        const light = context2d.createLinearGradient(0, 0, width, height);
        light.addColorStop(0, `rgb(${red} ${green} ${blue})`);
        light.addColorStop(1, `rgb(${red / 2} ${green / 2} ${blue / 2})`);
        context2d.fillStyle = light;
        context2d.fillRect(0, 0, width, height);
        if (hasStripes) {
          context2d.fillStyle = 'rgb(170 200 205)';
          for (let x = 0; x < width; x += width / 8) context2d.fillRect(x, 0, width / 16, height);
        }
        context2d.fillStyle = hasStripes ? 'rgb(40 50 90)' : `rgb(${255 - red} ${235 - green} ${215 - blue} / 0.55)`;
        context2d.beginPath();
        context2d.ellipse(width / 2 + sway / 2, height * 1.04, width * 0.24, height * 0.42, 0, 0, 2 * Math.PI);
        context2d.fill();
        if (hasStripes) drawNeck(context2d, width, height);
        context2d.fillStyle = 'rgb(226 190 160)';
        context2d.beginPath();
        context2d.ellipse(
          width / 2 + sway,
          height * 0.42 + nod,
          height * 0.15,
          height * 0.19,
          sway / 90,
          0,
          2 * Math.PI,
        );
        context2d.fill();
        context2d.fillStyle = `rgb(${red / 3} ${green / 4} ${blue / 4})`;
        context2d.beginPath();
        context2d.ellipse(
          width / 2 + sway,
          height * 0.31 + nod,
          height * 0.165,
          height * 0.11,
          sway / 90,
          0,
          2 * Math.PI,
        );
        context2d.fill();
        if (hasStripes) drawFeatures(context2d, width, height);
      };

      const film = (real: MediaStreamTrack): MediaStreamTrack | undefined => {
        const canvas = document.createElement('canvas');
        canvas.width = 640;
        canvas.height = 360;
        const context2d = canvas.getContext('2d');
        if (!context2d) return undefined;
        const frame = (): void => draw(context2d, canvas.width, canvas.height);
        frame();
        const timer = setInterval(frame, 80);
        const [track] = canvas.captureStream(12).getVideoTracks();
        const stop = track?.stop.bind(track);
        if (track && stop) {
          track.stop = () => {
            clearInterval(timer);
            real.stop();
            stop();
          };
        }
        return track;
      };

      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await original(constraints);
        const [real] = stream.getVideoTracks();
        const own = real && film(real);
        if (!own) return stream;
        return new MediaStream([...stream.getAudioTracks(), own]);
      };
    },
    { wall, striped },
  );
}

/** The wall in the picture on the tile of `name`: its name, or the colour where it is none of them. */
export async function wallBehind(page: BrowserPage, name: string): Promise<string> {
  // A corner of the picture, where nobody stands. The light falls off to the other side, and one's own tile is mirrored.
  const pixels = (await lookAt(page, name))?.pixels ?? [];
  const corner = pixels.slice(0, 3);
  const far = (wall: Wall): number => Math.max(...wall.map((value, at) => Math.abs(value - (corner[at] ?? Infinity))));
  const nearest = Object.entries(WALLS).find(([, wall]) => far(wall) < 24);
  return nearest?.[0] ?? `rgb(${corner.map(Math.round).join(' ')})`;
}
