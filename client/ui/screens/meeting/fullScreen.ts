// Full screen on and off.

export const toggleFullScreen = (): void => {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  // Refused in some frames; the person sees that nothing happened.
  change?.catch(() => {});
};
