import { getSegments } from "../api/client";

/** How much of a segment is fetched for its first picture. */
const MOST = 600_000;
const PATIENCE = 8000;
const WIDTH = 480;

/**
 * Decodes one picture of a stream, which is described as the server writes it
 * into data-poster: name, track, codecs, at. Rejects where the browser cannot.
 */
export async function frame(described: string): Promise<HTMLCanvasElement> {
  const what = new URLSearchParams(described);
  const name = what.get("name") ?? "";
  const track = what.get("track") ?? "";
  const type = `video/mp4; codecs="${what.get("codecs")}"`;
  if (!MediaSource.isTypeSupported(type)) {
    throw new Error(`${type} is not decoded here`);
  }
  const at = Math.max(0, Number(what.get("at")));
  const { segments } = await getSegments(name, track, { from: at, limit: 1 });
  const number = segments[0]?.number ?? 1;
  const folder = `/dash/vod/${encodeURIComponent(name)}/${encodeURIComponent(track)}`;
  const parts = await Promise.all([bytes(`${folder}/init.mp4`), bytes(`${folder}/${number}.m4s`, MOST)]);
  return decode(type, parts);
}

async function bytes(url: string, most?: number): Promise<ArrayBuffer> {
  const answer = await fetch(url, most ? { headers: { range: `bytes=0-${most - 1}` } } : {});
  if (!answer.ok) {
    throw new Error(`${answer.status} ${url}`);
  }
  return answer.arrayBuffer();
}

async function decode(type: string, parts: ArrayBuffer[]): Promise<HTMLCanvasElement> {
  const video = document.createElement("video");
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  video.muted = true;
  video.preload = "auto";
  try {
    video.src = url;
    await happens(source, "sourceopen");
    const buffer = source.addSourceBuffer(type);
    for (const part of parts) {
      buffer.appendBuffer(part);
      await happens(buffer, "updateend");
    }
    buffer.abort(); // The segment may have been cut off in the middle of a sample.
    if (buffer.buffered.length === 0) {
      throw new Error("there is no whole sample in what was fetched");
    }
    video.currentTime = buffer.buffered.start(0) + 0.001;
    source.endOfStream();
    await happens(video, "seeked");
    return paint(video);
  } finally {
    URL.revokeObjectURL(url);
    video.removeAttribute("src");
    video.load();
  }
}

function paint(video: HTMLVideoElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * video.videoHeight) / Math.max(1, video.videoWidth));
  const context = canvas.getContext("2d");
  if (!context || !video.videoWidth) {
    throw new Error("no picture");
  }
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Waits for an event; an error of the same target, or patience at its end, rejects. */
function happens(target: EventTarget, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name}`)), PATIENCE);
    const end = (failed: boolean) => () => {
      clearTimeout(timer);
      target.removeEventListener(name, good);
      target.removeEventListener("error", bad);
      if (failed) {
        reject(new Error(`an error instead of ${name}`));
      } else {
        resolve();
      }
    };
    const good = end(false);
    const bad = end(true);
    target.addEventListener(name, good);
    target.addEventListener("error", bad);
  });
}
