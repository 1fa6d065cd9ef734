/* Before anything is painted: only the device knows which theme "system" is, now and when it changes. */
(() => {
  "use strict";
  const isLight = matchMedia("(prefers-color-scheme: light)");
  const paint = () => {
    if (document.documentElement.dataset.theme === "system") {
      document.documentElement.dataset.bsTheme = isLight.matches ? "light" : "dark";
    }
  };
  paint();
  isLight.addEventListener("change", paint);
})();
