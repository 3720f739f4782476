// What Vite makes of imports with a query.
declare module '*?worker&url' {
  const url: string;
  export default url;
}
declare module '*.wasm?url' {
  const url: string;
  export default url;
}
declare module '*.tflite?url' {
  const url: string;
  export default url;
}
// Scripts that are run for what they leave behind, and export nothing that is typed.
declare module '@mediapipe/tasks-vision/vision_wasm_module_internal.js';
declare module '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js';
