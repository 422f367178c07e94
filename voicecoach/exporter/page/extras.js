// Features that a browser may lack or refuse. Each is tried, and the page works without it.
function attempt(extra) {
  try {
    return extra();
  } catch (refused) {
    return undefined;
  }
}

const memory = {
  key: `voicecoach:${known.digest}`,
  place: () => attempt(() => Number(localStorage.getItem(memory.key))) || 0,
  keep: (at) => attempt(() => localStorage.setItem(memory.key, String(Math.floor(at)))),
  forget: () => attempt(() => localStorage.removeItem(memory.key)),
};

const screenLight = {
  lock: null,
  async on() {
    try {
      if (this.lock || audio.paused || document.visibilityState !== "visible") return;
      const lock = await navigator.wakeLock.request("screen");
      if (this.lock || audio.paused) return void lock.release();
      this.lock = lock;
      lock.addEventListener("release", () => { if (this.lock === lock) this.lock = null; });
    } catch (refused) { /* the screen goes dark as always */ }
  },
  off() {
    const lock = this.lock;
    this.lock = null;
    if (lock) attempt(() => lock.release().catch(() => {}));
  },
};

const lockScreen = {
  session: attempt(() => navigator.mediaSession) || null,
  handle(actions) {
    for (const name of Object.keys(actions)) attempt(() => this.session.setActionHandler(name, actions[name]));
  },
  show(title) {
    attempt(() => {
      this.session.metadata = new MediaMetadata({
        title, artist: known.voice, album: known.title, artwork: this.picture(),
      });
    });
  },
  place() {
    attempt(() => this.session.setPositionState({
      duration: known.length / 1000,
      playbackRate: audio.playbackRate,
      position: Math.min(audio.currentTime, known.length / 1000),
    }));
  },
  state(name) {
    attempt(() => { this.session.playbackState = name; });
  },
  picture() {
    return this.drawn || (this.drawn = attempt(() => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 256;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#0d665c";
      pen.fillRect(0, 0, 256, 256);
      pen.strokeStyle = "#fff";
      pen.lineWidth = 14;
      for (const radius of [36, 76]) {
        pen.beginPath();
        pen.arc(128, 128, radius, 0, 7);
        pen.stroke();
        pen.globalAlpha = 0.45;
      }
      return [{ src: canvas.toDataURL("image/png"), sizes: "256x256", type: "image/png" }];
    }) || []);
  },
};
