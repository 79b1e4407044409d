// Pictures that a person picks, drops or pastes: made small here, before anything is sent.

import { byId, note } from './dom.js';

const SIDE_MAX_PX = 1024;
const QUALITY = 0.88;
const kept = new Map();
const OWN = /\/v1\/products\/([^/]+)\/photos\/\d+/;

/** A picture of this session by its number. */
export const pictureOf = (number) => kept.get(number) ?? null;

/** `{number, address, base64}` of a file; throws when the browser cannot read it as a picture. */
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
  const picture = { number: kept.size + 1, address: URL.createObjectURL(blob), base64: await base64Of(blob) };
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
 * `onPicture` gets a picture, `onProduct` the id of a product whose photo was dragged out of the page itself.
 */
export function listen({ onPicture, onProduct }) {
  const take = async (file) => {
    try {
      onPicture(await readPicture(file));
    } catch {
      note(`${file.name || 'That file'} cannot be read as a picture. JPEG, PNG, WebP, GIF and AVIF work.`);
    }
  };
  byId('file').addEventListener('change', (event) => {
    const [file] = event.target.files;
    if (file) take(file);
    event.target.value = '';
  });
  document.addEventListener('paste', (event) => {
    const file = pictureIn(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  listenForDrops((data) => {
    const own = data.getData('text/uri-list').match(OWN);
    const file = pictureIn(data);
    if (own) onProduct(decodeURIComponent(own[1]));
    else if (file) take(file);
    else note('Only the picture itself can be dropped here. Save it first, then drop the file.');
  });
}

function pictureIn(data) {
  return [...(data?.files ?? [])].find((file) => file.type.startsWith('image/')) ?? data?.files?.[0] ?? null;
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
