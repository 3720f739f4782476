// What runs on the audio thread: the noise suppressor, with the way to give it a compiled module.
import './compiledModules.ts';
import '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js';
