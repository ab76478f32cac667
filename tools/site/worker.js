// Lets the search work on pages from a disk, where browsers refuse workers.
"use strict";

if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    #frame = document.createElement("iframe");
    #waiting = [];

    constructor(url) {
      super();
      this.#frame.hidden = true;
      this.#frame.title = "search";
      document.body.append(this.#frame);
      const inside = this.#frame.contentWindow;
      inside.postMessage = (data) => this.#tell(this, data);
      inside.importScripts = () => Promise.resolve();
      const script = inside.document.createElement("script");
      script.src = url;
      script.addEventListener("load", () => {
        for (const data of this.#waiting) this.#tell(inside, data);
        this.#waiting = null;
      });
      inside.document.body.append(script);
    }

    #tell(target, data) {
      const event = new MessageEvent("message", { data });
      target.onmessage?.(event);
      target.dispatchEvent(event);
    }

    postMessage(data) {
      if (this.#waiting) this.#waiting.push(data);
      else this.#tell(this.#frame.contentWindow, data);
    }

    terminate() {
      this.#frame.remove();
    }
  };
}
