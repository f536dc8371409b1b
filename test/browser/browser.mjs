// What every browser test needs: Debian's Chromium, and pages that remember
// whatever went wrong on them.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Loads an npm package from web/node_modules: the tests bring none of their own. */
export const require = createRequire(new URL("../../web/package.json", import.meta.url));

const { chromium } = require("playwright-core");

const HASTE = 0.3; // s

export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is missing: install chromium, or set CHROMIUM`);
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--mute-audio",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
}

/** The running server's address, without a slash at its end. */
export function baseURL() {
  const base = process.env.BASE_URL;
  if (!base) {
    throw new Error("BASE_URL is not set: run these tests by test/browser/run.mjs");
  }
  return base.replace(/\/$/, "");
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A server of a test's own on folders and files, by the program that BINARY names; stop ends it. */
export async function serve(paths, { ffmpeg = "none", port, flags = [] } = {}) {
  const binary = process.env.BINARY;
  if (!binary) {
    throw new Error("BINARY is not set: run these tests by test/browser/run.mjs");
  }
  const data = await mkdtemp(join(tmpdir(), "dashwright-data-"));
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  const args = ["serve", ...[paths].flat(), "--listen", listen, "--data", data, ...flags];
  const child = spawn(binary, ffmpeg ? [...args, "--ffmpeg", ffmpeg] : args, { stdio: "ignore" });
  const base = `http://${listen}`;
  await until("the server", () =>
    fetch(`${base}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return {
    base,
    port: Number(listen.split(":")[1]),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The name of the stream that tests play: the server's first, or STREAM. */
export async function firstStream() {
  if (process.env.STREAM) {
    return process.env.STREAM;
  }
  const { streams } = await (await fetch(`${baseURL()}/api/v1/streams`)).json();
  if (!streams[0]) {
    throw new Error("the server lists no stream");
  }
  return streams[0].name;
}

/**
 * Opens a page whose faults gather in page.faults: errors and warnings on the
 * console, exceptions, answers of 400 and above, requests to anybody but base
 * (and own, where the page itself comes from elsewhere). Live segments that a
 * player asks for a little too early, because it has the time from a request
 * that took long, gather in page.early instead.
 */
export async function open(browser, base, { own = base, ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.faults = [];
  page.early = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !page.early.includes(message.location().url)) {
      page.faults.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
  page.on("response", (response) => {
    const early = Number(response.headers()["dashwright-available"]);
    if (response.status() === 404 && early > 0 && early < HASTE) {
      page.early.push(response.url());
    } else if (response.status() >= 400) {
      page.faults.push(`${response.status()} ${response.url()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(`${base}/`) && !url.startsWith(`${own}/`)) {
      page.faults.push(`asked somebody else: ${url}`);
    }
  });
  return page;
}

/** Waits until check, run in Node, gives something true; says what it waited for when it does not. */
export async function until(what, check, ms = 15000) {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    last = await check();
    if (last) {
      return last;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${ms / 1000} s in vain for ${what}`);
}

const QUIET = 11; // ms that work() takes where bounds in ms were set

function work() {
  const began = performance.now();
  const words = new Map();
  for (let i = 0, x = 1; i < 3e6; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    if (i % 64 === 0) {
      words.set(x % 1024, String(x));
    }
  }
  return performance.now() - began;
}

/**
 * How many times slower scripts run here at the moment than where bounds in ms were set, at least 1: what else a
 * machine does, or the machines that it shares processors with, is not the page's. The best of a few rounds counts.
 */
export function slowness(rounds = 6) {
  return Math.max(1, Math.min(...Array.from({ length: rounds }, work)) / QUIET);
}

/** What the page's only video element is doing. */
export function videoState(page) {
  return page.evaluate(() => {
    const video = document.querySelector("video");
    return {
      time: video.currentTime,
      duration: Number.isFinite(video.duration) ? video.duration : 0,
      width: video.videoWidth,
      paused: video.paused,
      seeking: video.seeking,
      ended: video.ended,
      ready: video.readyState,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      error: video.error ? `${video.error.code} ${video.error.message}` : "",
    };
  });
}
