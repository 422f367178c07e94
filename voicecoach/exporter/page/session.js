// The session as the page tells it: its parts, what is said, and what is done by the clock; times in milliseconds.
const span = (item) => item.dataset.at.split(" ").map(Number);
const parts = Array.from(document.querySelectorAll("#parts li"), (item) => ({
  item, start: span(item)[0], title: item.firstElementChild.textContent,
}));
const said = [], beats = [], clocks = [];
for (const item of document.querySelectorAll("#text li")) {
  const [start, end] = span(item);
  const line = { start, end, text: item.textContent, kind: item.dataset.kind, side: item.dataset.side };
  (line.kind ? clocks : item.className === "beat" ? beats : said).push(line);
}

// The last that has begun, by halving: a day's session has 50,000 lines.
function last(lines, at) {
  let low = 0, high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].start <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function running(at) {
  const clock = clocks[last(clocks, at)];
  return clock && at < clock.end ? clock : null;
}

// A breath's or a repetition's name stays until the next, if that comes soon; tones may have taken over.
function beatAt(at, clock) {
  const index = last(beats, at);
  const beat = beats[index];
  if (!beat || beat.start < clock.start || clock.kind === "hold") return "";
  const next = beats[index + 1];
  const until = next && next.start < clock.end && next.start - beat.start < 12000 ? next.start : beat.end + 1000;
  return at < until ? beat.text : "";
}

function told(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function say(name, slots) {
  return words[name].replace(/\{(\w+)\}/g, (_, slot) => slots[slot]);
}
