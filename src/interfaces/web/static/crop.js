/* Lets people choose the square of their picture that others see. The numbers go along with the form; the server
   cuts it out. Without this script, and with a file that the browser cannot show, the middle is taken. */
(() => {
  "use strict";
  const field = document.querySelector("[data-crops]");
  const panel = document.querySelector("[data-crop]");
  if (!field || !panel || !window.createImageBitmap) return;
  const whole = panel.querySelector("[data-crop-whole]");
  const result = panel.querySelector("[data-crop-result]");
  const [size, across, down] = ["size", "across", "down"].map((name) => document.getElementById(`crop-${name}`));
  const inputs = ["x", "y", "side"].map((name) => field.form.elements[name]);
  let picture = null;

  const square = () => {
    const side = Math.round((Math.min(picture.width, picture.height) * size.value) / 100);
    const x = Math.round(((picture.width - side) * across.value) / 100);
    const y = Math.round(((picture.height - side) * down.value) / 100);
    return { x, y, side };
  };

  function draw() {
    const { x, y, side } = square();
    [x, y, side].forEach((number, place) => (inputs[place].value = number));
    across.disabled = picture.width === side;
    down.disabled = picture.height === side;
    const scale = whole.width / picture.width;
    const view = whole.getContext("2d");
    view.drawImage(picture, 0, 0, whole.width, whole.height);
    view.fillStyle = "rgba(0, 0, 0, .6)";
    view.fillRect(0, 0, whole.width, whole.height);
    view.drawImage(picture, x, y, side, side, x * scale, y * scale, side * scale, side * scale);
    view.strokeStyle = "#fff";
    view.lineWidth = 4;
    view.strokeRect(x * scale + 2, y * scale + 2, side * scale - 4, side * scale - 4);
    result.getContext("2d").drawImage(picture, x, y, side, side, 0, 0, result.width, result.height);
  }

  /* Where the square's middle goes, in pixels of the picture. */
  function moveTo(middleX, middleY) {
    const { side } = square();
    const share = (middle, length) => (length > side ? ((middle - side / 2) / (length - side)) * 100 : 50);
    across.value = share(middleX, picture.width);
    down.value = share(middleY, picture.height);
    draw();
  }

  async function show() {
    panel.hidden = true;
    picture?.close();
    picture = null;
    for (const input of inputs) input.value = "";
    const file = field.files[0];
    if (!file) return;
    const opened = await createImageBitmap(file).catch(() => null);
    if (!opened || file !== field.files[0]) return;
    picture = opened;
    whole.width = 640;
    whole.height = Math.max(1, Math.round((640 * picture.height) / picture.width));
    [size.value, across.value, down.value] = [100, 50, 50];
    panel.hidden = false;
    draw();
  }

  let held = null;
  const at = (event) => {
    const box = whole.getBoundingClientRect();
    const scale = picture.width / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  };
  whole.addEventListener("pointerdown", (event) => {
    const { x, y, side } = square();
    const point = at(event);
    const isInside = point.x >= x && point.x <= x + side && point.y >= y && point.y <= y + side;
    held = isInside ? { x: point.x - x - side / 2, y: point.y - y - side / 2 } : { x: 0, y: 0 };
    whole.setPointerCapture(event.pointerId);
    if (!isInside) moveTo(point.x, point.y);
  });
  whole.addEventListener("pointermove", (event) => {
    if (!held) return;
    const point = at(event);
    moveTo(point.x - held.x, point.y - held.y);
  });
  for (const name of ["pointerup", "pointercancel"]) whole.addEventListener(name, () => (held = null));
  for (const slider of [size, across, down]) slider.addEventListener("input", draw);
  field.addEventListener("change", show);
  show();
})();
