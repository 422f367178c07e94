// The sound: a blob if possible, else the data: URL in the page.
const find = (name) => document.getElementById(name);
const known = JSON.parse(find("data").textContent);
const words = known.words;
const audio = find("sound");

function blobUrl(url) {
  const step = 1 << 20;  // characters at a time, a multiple of 4
  const pieces = [];
  for (let at = url.indexOf(",") + 1; at < url.length; at += step) {
    const letters = atob(url.slice(at, at + step));
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
    pieces.push(bytes);
  }
  return URL.createObjectURL(new Blob(pieces, { type: "audio/mp4" }));
}

try {
  let inside = audio.getAttribute("src");
  const url = blobUrl(inside);
  audio.addEventListener("error", () => {
    if (!inside) return trouble();
    audio.src = inside;
    inside = "";
  });
  audio.addEventListener("loadedmetadata", () => { inside = ""; });
  audio.preload = "auto";
  audio.src = url;
} catch (fault) {
  audio.addEventListener("error", trouble);
  audio.preload = "auto";
}

function trouble() {
  find("trouble").textContent = words.trouble;
}
