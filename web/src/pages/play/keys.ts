/** What the keyboard and a remote control do to the video. */
export type Action = { seek: number } | { share: number } | "toggle" | "play" | "pause" | "mute" | "fullscreen";

/** Shown on the page. Arrows stay the browser's: on a television they move the focus. */
export function shortcuts(): { keys: string[]; does: string }[] {
  return [
    { keys: ["Space", "K"], does: "play or pause" },
    { keys: ["J", "L"], does: "back or on by 10 s" },
    { keys: ["0", "9"], does: "to that tenth" },
    { keys: ["M"], does: "sound on or off" },
    { keys: ["F"], does: "full screen" },
  ];
}

/** The action of a key by KeyboardEvent.key, or undefined. */
export function actionOf(key: string): Action | undefined {
  if (/^[0-9]$/.test(key)) {
    return { share: Number(key) / 10 };
  }
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case " ":
    case "k":
    case "MediaPlayPause":
      return "toggle";
    case "MediaPlay":
      return "play";
    case "MediaPause":
    case "MediaStop":
      return "pause";
    case "j":
    case "MediaRewind":
      return { seek: -10 };
    case "l":
    case "MediaFastForward":
      return { seek: 10 };
    case "m":
      return "mute";
    case "f":
      return "fullscreen";
  }
  return undefined;
}

/** Does what keys say to all players on the page; the first one's position is what others follow. */
export function listenToKeys(page: Document, videos: () => HTMLVideoElement[]): void {
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
      return;
    }
    const at = event.target instanceof Element ? event.target : null;
    const typing = at?.closest("input,select,textarea");
    const pressing = event.key === " " && at?.closest("a,button,summary,video");
    const action = actionOf(event.key);
    if (!action || typing || pressing) {
      return;
    }
    event.preventDefault();
    const all = videos();
    const paused = all.every((video) => video.paused);
    for (const video of action === "mute" || action === "fullscreen" ? all.slice(0, 1) : all) {
      act(video, action === "toggle" ? (paused ? "play" : "pause") : action);
    }
  });
}

function act(video: HTMLVideoElement, action: Action): void {
  if (typeof action === "object") {
    const { from, to: end } = reach(video);
    const to = "seek" in action ? video.currentTime + action.seek : from + (end - from) * action.share;
    video.currentTime = Math.min(Math.max(from, to), end);
    return;
  }
  switch (action) {
    case "toggle":
      act(video, video.paused ? "play" : "pause");
      return;
    case "play":
      video.play().catch(() => undefined); // Nothing is loaded, and the page says why.
      return;
    case "pause":
      video.pause();
      return;
    case "mute":
      video.muted = !video.muted;
      return;
    case "fullscreen":
      // With what lies over the picture.
      void (document.fullscreenElement
        ? document.exitFullscreen()
        : (video.parentElement ?? video).requestFullscreen());
  }
}

/** Where it can be played from and to: of a recording all of it, of a live stream what can be had of it just now. */
function reach(video: HTMLVideoElement): { from: number; to: number } {
  const { seekable, duration, currentTime } = video;
  const last = seekable.length - 1;
  if (last >= 0 && Number.isFinite(seekable.end(last))) {
    return { from: seekable.start(0), to: seekable.end(last) };
  }
  return { from: 0, to: Number.isFinite(duration) ? duration : currentTime };
}
