/* Meson wants a source for the library that only the unbuilt libmediasoup-worker links whole. */
typedef int conclave_empty;
