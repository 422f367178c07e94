// The session as read from the page: parts, captions and activities. Times are in milliseconds.
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

// The last line that has started, by binary search: the session of a day has 50,000 lines.
function lastStarted(lines, at) {
  let low = 0, high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].start <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function running(at) {
  const clock = clocks[lastStarted(clocks, at)];
  return clock && at < clock.end ? clock : null;
}

// The label of a breath or a repetition stays until the next one, unless that comes late: tones may have taken over.
function beatAt(at, clock) {
  const index = lastStarted(beats, at);
  const beat = beats[index];
  if (!beat || beat.start < clock.start || clock.kind === "hold") return "";
  const next = beats[index + 1];
  const until = next && next.start < clock.end && next.start - beat.start < 12000 ? next.start : beat.end + 1000;
  return at < until ? beat.text : "";
}

function formatTime(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function fillText(name, slots) {
  return words[name].replace(/\{(\w+)\}/g, (_, slot) => slots[slot]);
}
