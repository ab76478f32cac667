// Keeps the files of the page for dropped files, so that it works without a network.
//
// What belongs to the checker is taken from what is kept, which has the version of the
// site in its name; the page and its theme are asked for first, and kept for later. The
// build of the site writes version and files.
"use strict";

const NAME = "kerascheck-drop-VERSION";
const FILES = [];

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((n) => n.startsWith("kerascheck-drop-") && n !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  })());
});

addEventListener("message", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(NAME);
    const whole = [...FILES, ...event.data].map((name) => new URL(name, location).href);
    await kept.addAll([...new Set(whole)]);
    event.source.postMessage("kept");
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(location.origin)) return;
  event.respondWith((async () => {
    const kept = await caches.open(NAME);
    const known = await kept.match(request);
    if (known && new URL(request.url).pathname.includes("/drop/")) return known;
    try {
      return await fetch(request);
    } catch (error) {
      if (known) return known;
      throw error;
    }
  })());
});
