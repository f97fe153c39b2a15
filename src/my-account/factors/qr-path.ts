// A QR code as the data of one path, so that a view can draw it without markup out of a library.
import { create } from 'qrcode';

export interface QrPicture {
  /** Modules a side. */
  size: number;
  /** `d` of an SVG path, a unit a module. */
  path: string;
}

const isDark = (data: Uint8Array, at: number): boolean => data[at] === 1;

export const drawQr = (text: string): QrPicture => {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const dark = Array.from({ length: size * size }, (_, at) => at).filter((at) => isDark(data, at));
  const path = dark.map((at) => `M${at % size} ${Math.floor(at / size)}h1v1h-1z`).join('');
  return { size, path };
};
