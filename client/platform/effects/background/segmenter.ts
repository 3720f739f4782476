// The segmentation model in tasks-vision, all of it from this server: its WebAssembly, its loader and its model are part of the build.
import modelUrl from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url';
import { ImageSegmenter } from '@mediapipe/tasks-vision';
// Leaves `ModuleFactory` where tasks-vision looks for it, so that it loads no script by itself.
import '@mediapipe/tasks-vision/vision_wasm_module_internal.js';
import wasmBinaryPath from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url';
import type { Segment } from './Compositor.ts';
import { withNormalization } from './modelMetadata.ts';

/** Rejects where the browser lacks WebGL in workers, or nothing could be fetched. */
export async function createSegmenter(): Promise<Segment> {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error('the model is not there');
  const modelAssetBuffer = withNormalization(new Uint8Array(await response.arrayBuffer()));
  const segmenter = await ImageSegmenter.createFromOptions(
    { wasmLoaderPath: '', wasmBinaryPath },
    {
      // 5 ms a frame on two cores; with `GPU` a machine that draws WebGL in software needs 60.
      baseOptions: { modelAssetBuffer, delegate: 'CPU' },
      runningMode: 'VIDEO',
      outputConfidenceMasks: true,
      outputCategoryMask: false,
      canvas: new OffscreenCanvas(1, 1),
    },
  );
  let lastMs = 0;
  return (picture) => {
    // It takes no two frames of one time.
    lastMs = Math.max(lastMs + 1, Math.round(performance.now()));
    let values: Float32Array | undefined;
    segmenter.segmentForVideo(picture, lastMs, ({ confidenceMasks }) => {
      values = confidenceMasks?.[0]?.getAsFloat32Array();
    });
    if (values === undefined) throw new Error('no mask');
    return Float32Array.from(values);
  };
}
