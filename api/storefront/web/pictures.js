// Pictures that a person picks, drops or pastes: made small here, before anything is sent.

import { byId, note } from './dom.js';
import { EXAMPLES_MAX } from './state.js';

const SIDE_MAX_PX = 1024;
const QUALITY = 0.88;
const kept = new Map();
const OWN = /\/v1\/products\/([^/]+)\/photos\/\d+/;

/** A picture of this session by its number. */
export const pictureOf = (number) => kept.get(number) ?? null;

/** `{number, address, base64, width, height}` of a file; throws when the browser cannot read it as a picture. */
export async function readPicture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, SIDE_MAX_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  // JPEG knows no transparency, and cut-out products are meant to stand on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', QUALITY); });
  const { width, height } = canvas;
  const base64 = await base64Of(blob);
  const picture = { number: kept.size + 1, address: URL.createObjectURL(blob), base64, width, height, crop: null };
  kept.set(picture.number, picture);
  return picture;
}

function base64Of(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * Listen for pictures everywhere on the page.
 * `onPictures(pictures, {add})` gets what was brought, `add` when it is meant beside what is there already;
 * `onProduct` the id of a product whose photo was dragged out of the page itself.
 */
export function listen({ onPictures, onProduct }) {
  const take = async (files, add = false) => {
    const read = await Promise.all(files.slice(0, EXAMPLES_MAX).map((file) => readPicture(file).catch(() => refused(file))));
    const pictures = read.filter(Boolean);
    if (pictures.length) onPictures(pictures, { add });
  };
  const input = byId('file');
  input.addEventListener('change', () => {
    const files = [...input.files];
    const add = Boolean(input.dataset.add);
    input.value = '';
    delete input.dataset.add;
    if (files.length) take(files, add);
  });
  input.addEventListener('cancel', () => { delete input.dataset.add; });
  document.addEventListener('paste', (event) => {
    const files = filesIn(event.clipboardData);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  listenForDrops((data) => {
    const own = data.getData('text/uri-list').match(OWN);
    const files = filesIn(data);
    if (own) onProduct(decodeURIComponent(own[1]));
    else if (files.length) take(files);
    else note('Only the picture itself can be dropped here. Save it first, then drop the file.');
  });
}

function refused(file) {
  note(`${file.name || 'That file'} cannot be read as a picture. JPEG, PNG, WebP, GIF and AVIF work.`);
  return null;
}

// Pictures if there are any; else the first file, so that its refusal can be told.
function filesIn(data) {
  const files = [...(data?.files ?? [])];
  const pictures = files.filter((file) => file.type.startsWith('image/'));
  return pictures.length ? pictures : files.slice(0, 1);
}

function listenForDrops(onDrop) {
  const overlay = byId('drop');
  const carries = (event) => ['Files', 'text/uri-list'].some((type) => event.dataTransfer.types.includes(type));
  let depth = 0;
  const show = (on) => overlay.classList.toggle('on', on);
  document.addEventListener('dragenter', (event) => {
    if (!carries(event)) return;
    depth += 1;
    show(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (!carries(event)) return;
    depth = Math.max(0, depth - 1);
    show(depth > 0);
  });
  document.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener('drop', (event) => {
    depth = 0;
    show(false);
    if (!carries(event)) return;
    event.preventDefault();
    onDrop(event.dataTransfer);
  });
}
