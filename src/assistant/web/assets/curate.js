"use strict";
// Sends files, follows the index, and renews the parts of the page; all text is set as text.

const $ = (selector) => document.querySelector(selector);
const RENEWED = ["index", "documents", "left-out", "gaps"];
const POLL_MS = 1000, IDLE_MS = 15000;
let replacing = null, changedAt = null, timer = 0;

async function send(url, options = {}) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" }, ...options });
    const told = await response.json();
    return response.ok ? { ok: true, told } : { ok: false, told };
  } catch {
    return { ok: false, told: { detail: "The assistant does not answer.", hint: "Try again in a moment." } };
  }
}

function result(words, kind, more) {
  const item = document.createElement("li");
  item.className = kind;
  item.textContent = words;
  if (more) item.append(more);
  $("#results").prepend(item);
  return item;
}

const sentence = (told) => [told.detail, told.hint].filter(Boolean).map((s) => s.replace(/\.?$/, ".")).join(" ");

function taken(item) {
  const count = item.documents > 1 ? `${item.documents} records, ` : "";
  const headings = item.headings.length ? ` Sections: ${item.headings.join(", ")}.` : "";
  return `${item.id} was taken: “${item.title}”, ${count}${item.characters.toLocaleString("en")} characters.${headings}`;
}

async function put(file, url, method, field) {
  const shown = result(`${file.name}: reading …`, "");
  const form = new FormData();
  form.append(field, file);
  const { ok, told } = await send(url, { method, body: form });
  shown.remove();
  if (ok) {
    told.taken.forEach((item) => result(taken(item), "taken"));
    follow(told.index);
    return;
  }
  let again = null;
  if (told.type === "urn:problem:conflict" && method === "POST") {
    again = document.createElement("button");
    again.type = "button";
    again.textContent = "Replace it";
    again.addEventListener("click", () => {
      again.parentElement.remove();
      put(file, `api/documents/${encodeURIComponent(file.name)}`, "PUT", "file");
    });
  }
  const named = told.detail.includes(file.name);
  result(named ? sentence(told) : `${file.name}: ${sentence(told)}`, "refused", again);
}

async function addAll(files) {
  for (const file of files) await put(file, "api/documents", "POST", "files");
}

async function remove(button) {
  if (!confirm(`Remove ${button.dataset.id}? You can undo it.`)) return;
  button.disabled = true;
  const { ok, told } = await send(button.dataset.url, { method: "DELETE" });
  if (ok) result(`${button.dataset.id} was removed.`, "taken");
  else result(`${button.dataset.id}: ${sentence(told)}`, "refused");
  button.disabled = false;
  if (ok) follow(told.index);
}

async function preview(button) {
  const { ok, told } = await send(`${button.dataset.url}/passages`);
  if (!ok) return result(sentence(told), "refused");
  $("#preview-title").textContent = `${told.title}: ${told.passages.length} passages`;
  $("#preview ol").replaceChildren(...told.passages.map((passage) => {
    const item = document.createElement("li");
    const place = document.createElement("span");
    place.className = "muted";
    place.textContent = [...passage.headings, passage.page && `page ${passage.page}`].filter(Boolean).join(" › ");
    item.append(place, passage.text);
    return item;
  }));
  $("#preview").showModal();
}

async function undo(button) {
  button.disabled = true;
  const { ok, told } = await send("api/index/undo", { method: "POST" });
  if (ok) result("The last change was taken back.", "taken");
  else result(sentence(told), "refused");
  button.disabled = false;
  if (ok) follow(told.index);
}

function follow(status) {
  clearTimeout(timer);
  const building = status.state === "building";
  const bar = $("#progress");
  if (building) {
    $("#state").textContent = `Bringing the index up to date (${status.step || "waiting"}); answers come from ` +
      `${status.documents} documents, ${status.passages} passages meanwhile.`;
    bar.hidden = false;
    if (status.total) { bar.max = status.total; bar.value = status.done; } else bar.removeAttribute("value");
  }
  const now = `${status.generation} ${status.state} ${status.finished} ${status.last_change && status.last_change.at}`;
  if (!building && changedAt !== null && now !== changedAt) renew();
  changedAt = now;
  timer = setTimeout(poll, building ? POLL_MS : IDLE_MS);
}

async function poll() {
  const { ok, told } = await send("api/index/status");
  if (ok) return follow(told);
  $("#state").textContent = sentence(told);
  timer = setTimeout(poll, IDLE_MS);
}

async function renew() {
  const response = await fetch(location.href).catch(() => null);
  if (!response || !response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const focused = document.activeElement && document.activeElement.getAttribute("aria-label");
  for (const id of RENEWED) {
    const part = fresh.getElementById(id);
    if (part && !(id === "documents" && document.activeElement === $("#search"))) $(`#${id}`).replaceWith(part);
  }
  if (focused) [...document.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === focused)?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "undo") undo(button);
  if (button.dataset.do === "remove") remove(button);
  if (button.dataset.do === "preview") preview(button);
  if (button.dataset.do === "replace") { replacing = button.dataset; $("#replacement").click(); }
});
$("#files").addEventListener("change", async (event) => { await addAll([...event.target.files]); event.target.value = ""; });
$("#replacement").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file && replacing) await put(file, replacing.url, "PUT", "file");
  event.target.value = "";
});
const drop = $(".drop");
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); addAll([...event.dataTransfer.files]); });
poll();
