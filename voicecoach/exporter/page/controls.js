// What the listener sees and does.
const calm = attempt(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
const seek = find("seek"), volume = find("volume"), cue = find("cue"), room = find("room"), stage = find("stage");
let resumeAt = memory.place();
let shown = {};  // the texts on the stage, so that only changes are written
let kept = 0;

const now = () => Math.min(known.length, audio.currentTime * 1000);

function goTo(at, { play = false } = {}) {
  const place = Math.max(0, Math.min(known.length - 100, at)) / 1000;
  begin();
  if (audio.readyState) audio.currentTime = place;
  else audio.addEventListener("loadedmetadata", () => { audio.currentTime = place; }, { once: true });
  if (play) start();
}

function start() {
  begin();
  const started = audio.play();
  if (started) started.catch((fault) => { if (fault.name === "NotSupportedError") trouble(); });
}

function toggle() {
  if (!audio.paused) return audio.pause();
  if (audio.ended) return goTo(0, { play: true });
  start();
}

function begin() {
  if (document.body.classList.contains("begun")) return;
  const held = find("begin").contains(document.activeElement);
  document.body.classList.add("begun");
  find("intro").hidden = true;
  stage.hidden = find("player").hidden = false;
  if (held) find("toggle").focus();
  scrollTo(0, 0);
  draw();
}

function toPart(step) {
  const at = now(), index = lastStarted(parts, at);
  const here = index < 0 ? 0 : parts[index].start;
  if (step > 0) goTo(index + 1 < parts.length ? parts[index + 1].start : known.length);
  else goTo(at - here > 3000 ? here : index > 0 ? parts[index - 1].start : 0);
}

function put(name, value, write) {
  if (shown[name] === value) return false;
  shown[name] = value;
  write(value);
  return true;
}
const write = (name, value) => put(name, value, (text) => { find(name).textContent = text; });

function draw() {
  const at = now();
  drawPlace(at);
  drawPart(at);
  if (stage.hidden) return;
  const clock = audio.ended ? null : running(at);
  const changed = put("clock", Boolean(clock), (there) => { find("clock").hidden = !there; });
  const beat = clock ? beatAt(at, clock) : "";
  if (clock) drawClock(at, clock, beat);
  const line = said[lastStarted(said, at)] || { text: known.title };
  const text = audio.ended ? words.finished : clock && clock.kind === "breathe" && beat || line.text;
  if (write("cue", text) || changed) fit();
}

function drawPlace(at) {
  if (!seek.matches(":focus-visible")) slideTo(at);  // a screen reader would announce every change
  write("gone", formatTime(at));
  write("left", fillText("remaining", { time: formatTime((known.length - at) / audio.playbackRate + 500) }));
}

function slideTo(at) {
  seek.value = at;
  const text = fillText("at", { time: formatTime(at), length: formatTime(known.length) });
  put("slider", text, (value) => seek.setAttribute("aria-valuetext", value));
}

function drawPart(at) {
  const index = lastStarted(parts, at);
  if (!put("index", index, () => {})) return;
  parts.forEach((part, number) => {
    if (number === index) part.button.setAttribute("aria-current", "true");
    else part.button.removeAttribute("aria-current");
  });
  const part = parts[index];
  write("where", part ? fillText("part", { number: index + 1, parts: parts.length }) : "");
  write("part", part ? part.title : "");
  find("part").hidden = !part;  // a screen reader would announce an empty heading
  if (!audio.paused) lockScreen.show(part ? part.title : known.title);
}

function drawClock(at, clock, beat) {
  const seconds = Math.ceil((clock.end - at) / 1000);
  write("kind", words[clock.kind] + (clock.side ? ` · ${words[clock.side]}` : ""));
  if (write("seconds", seconds < 100 ? String(seconds) : formatTime(seconds * 1000))) {
    find("seconds").className = seconds < 100 ? "" : "long";
  }
  write("beat", clock.kind === "breathe" ? "" : beat);
  const moment = calm ? clock.end - seconds * 1000 : at;
  const done = Math.max(0, (moment - clock.start) / (clock.end - clock.start));
  find("clock").style.setProperty("--done", done.toFixed(4));
}

// Sets the caption in the largest font that fits the screen.
function fit() {
  cue.style.fontSize = "1px";
  room.style.minHeight = "";
  const free = room.clientHeight;
  let low = 28, high = Math.max(28, Math.min(innerWidth * 0.18, innerHeight * 0.17, 132));
  cue.style.overflowWrap = "normal";
  while (high - low > 1) {
    const size = (low + high) / 2;
    cue.style.fontSize = `${size}px`;
    if (cue.scrollHeight <= free && cue.scrollWidth <= cue.clientWidth) low = size; else high = size;
  }
  cue.style.fontSize = `${low}px`;
  cue.style.overflowWrap = "";
  if (cue.offsetHeight > free) room.style.minHeight = `${cue.offsetHeight}px`;
}

function keep() {
  const at = now();
  if (audio.ended || at < 5000) memory.forget();
  else memory.keep(at);
  kept = at;
}

function playing(on) {
  document.body.classList.toggle("playing", on);
  find("toggle").setAttribute("aria-label", on ? words.pause : words.play);
  lockScreen.state(on ? "playing" : "paused");
  if (on) screenLight.on(); else screenLight.off();
}

function keys(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("button, input, select, summary, a, audio, textarea")) return;
  const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === " " && !event.repeat) toggle();
  else if (way && event.shiftKey) toPart(way);
  else if (way) goTo(now() + way * 10000);
  else if (event.key !== " ") return;
  event.preventDefault();
}

function listen() {
  audio.addEventListener("play", () => { playing(true); begin(); lockScreen.show(find("part").textContent || known.title); });
  audio.addEventListener("pause", () => { playing(false); keep(); draw(); });
  audio.addEventListener("ended", () => { playing(false); keep(); draw(); });
  for (const name of ["timeupdate", "seeked"]) audio.addEventListener(name, draw);
  for (const name of ["play", "seeked", "ratechange", "loadedmetadata"]) audio.addEventListener(name, () => lockScreen.place());
  audio.addEventListener("timeupdate", () => { if (Math.abs(now() - kept) > 5000) keep(); });
  addEventListener("pagehide", () => { if (!stage.hidden) keep(); });
  document.addEventListener("visibilitychange", () => screenLight.on());
  document.addEventListener("keydown", keys);
  addEventListener("resize", () => { if (!stage.hidden) fit(); });
  addEventListener("beforeprint", () => { find("text").open = true; });
  setInterval(() => { if (!audio.paused && !document.hidden) draw(); }, 100);
}

function wire() {
  const press = (name, action) => find(name).addEventListener("click", action);
  press("toggle", toggle);
  press("previous", () => toPart(-1));
  press("next", () => toPart(1));
  press("back", () => goTo(now() - 10000));
  press("forward", () => goTo(now() + 10000));
  press("start", () => (resumeAt ? goTo(resumeAt, { play: true }) : start()));
  press("afresh", () => goTo(0, { play: true }));
  seek.addEventListener("keydown", () => slideTo(now()));
  seek.addEventListener("input", () => { goTo(Number(seek.value)); slideTo(seek.value); });
  find("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); draw(); });
  volume.addEventListener("input", () => { audio.volume = volume.value / 100; });
  lockScreen.handle({
    play: start,
    pause: () => audio.pause(),
    seekbackward: (asked) => goTo(now() - (asked.seekOffset || 10) * 1000),
    seekforward: (asked) => goTo(now() + (asked.seekOffset || 10) * 1000),
    seekto: (asked) => goTo(asked.seekTime * 1000),
    previoustrack: () => toPart(-1),
    nexttrack: () => toPart(1),
  });
}

function partButtons() {
  for (const part of parts) {
    part.button = document.createElement("button");
    part.button.type = "button";
    part.button.append(...part.item.childNodes);
    part.button.addEventListener("click", () => goTo(part.start, { play: true }));
    part.item.className = "open";
    part.item.append(part.button);
  }
}

function show() {
  if (resumeAt > known.length - 5000) resumeAt = 0;
  if (resumeAt) {
    find("start").textContent = fillText("resume", { time: formatTime(resumeAt) });
    find("afresh").hidden = false;
  }
  audio.volume = 0.5;
  find("loudness").hidden = audio.volume === 1;  // where only the buttons of the phone change it
  audio.volume = 1;
  audio.controls = false;
  find("off").hidden = find("player").hidden = true;  // the player appears when playback starts
  for (const name of ["begin", "controls", "keys"]) find(name).hidden = false;
  draw();
}

partButtons();
wire();
listen();
show();
