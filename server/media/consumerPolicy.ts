// What one client should be sent of one Producer: pure decisions from what it shows, applied by ConsumerControl.
import type { Stream } from '#protocol/ids';

/** How a client shows a Consumer, in device pixels. */
export interface View {
  visible: boolean;
  width: number;
  height: number;
}

export interface Delivery {
  paused: boolean;
  /** Spatial layer to send at most; null where there is nothing to choose. */
  spatialLayer: number | null;
  /** Temporal layer to send at most; null for all of them. */
  temporalLayer: number | null;
  /** 1 … 255: who gets spare bitrate first. */
  priority: number;
}

export interface Forwarded {
  stream: Stream;
  /** Spatial layers of the Producer; 1 without simulcast or SVC. */
  layers: number;
  /** Temporal layers, each of which doubles the frame rate; 1 where the server cannot tell them apart. */
  temporalLayers: number;
  /** The client has its transform in place. */
  ready: boolean;
  /** Of a microphone: among those that are forwarded now. */
  heard: boolean;
  view: View;
}

/** A client that never speaks of views still gets pictures, at the least cost. */
export const DEFAULT_VIEW: View = { visible: true, width: 320, height: 180 };

/** Height of the top layer as our clients capture it; each layer below halves it. */
const TOP_LAYER_HEIGHT = 720;
/** What the lowest of three layers is made for. */
const THUMBNAIL_HEIGHT = TOP_LAYER_HEIGHT / 4;
/** Cameras are 16:9; a tile that is wide and low crops, and needs what its width needs. */
const ASPECT = 9 / 16;
/** A layer may be stretched this much before the next one, at about four times the bitrate, is worth it. */
const STRETCH = 1.25;

/** Screens before faces: text that is not sharp is not readable, a small face is still a face. */
const SCREEN_PRIORITY = 200;
/** Tiles share by height, so that the one large speaker is sharp before the thumbnails are. */
const MIN_TILE_PRIORITY = 1;
const MAX_TILE_PRIORITY = 100;

/** Decides pause, layer and priority. Sound flows whether or not its sender is shown. */
export function decideDelivery({ stream, layers, temporalLayers, ready, heard, view }: Forwarded): Delivery {
  switch (stream) {
    case 'mic':
      return { paused: !ready || !heard, spatialLayer: null, temporalLayer: null, priority: MIN_TILE_PRIORITY };
    case 'screenAudio':
      return { paused: !ready, spatialLayer: null, temporalLayer: null, priority: MIN_TILE_PRIORITY };
    case 'screen':
      return {
        paused: !ready || !isShown(view),
        spatialLayer: topLayer(layers),
        temporalLayer: null,
        priority: SCREEN_PRIORITY,
      };
    case 'camera':
      return {
        paused: !ready || !isShown(view),
        spatialLayer: layers > 1 ? layerFor(neededHeight(view), layers) : null,
        temporalLayer: layers === 1 && temporalLayers > 1 ? frameLayerFor(neededHeight(view), temporalLayers) : null,
        priority: tilePriority(view),
      };
  }
}

function isShown({ visible, width, height }: View): boolean {
  return visible && width > 0 && height > 0;
}

function topLayer(layers: number): number | null {
  return layers > 1 ? layers - 1 : null;
}

function neededHeight({ width, height }: View): number {
  return Math.max(height, width * ASPECT);
}

/** The smallest layer that covers `height` within the stretch; the top one when none does. */
function layerFor(height: number, layers: number): number {
  for (let layer = 0; layer < layers - 1; layer += 1) {
    if ((TOP_LAYER_HEIGHT / 2 ** (layers - 1 - layer)) * STRETCH >= height) return layer;
  }
  return layers - 1;
}

/** Where there is one size for all (AV1), a thumbnail is sent half of the frames instead of a quarter of the pixels. */
function frameLayerFor(height: number, temporalLayers: number): number {
  return height > THUMBNAIL_HEIGHT * STRETCH ? temporalLayers - 1 : temporalLayers - 2;
}

function tilePriority(view: View): number {
  const share = Math.min(1, neededHeight(view) / TOP_LAYER_HEIGHT);
  return Math.max(MIN_TILE_PRIORITY, Math.round(share * MAX_TILE_PRIORITY));
}
