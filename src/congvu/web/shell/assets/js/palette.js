// Ctrl+K: one box for numbers, subjects, people and commands. Commands come from the rail; the rest from data-search-url,
// which answers {groups: [{label, items: [{title, note, url}]}]}.
import { fold } from "./kit.js";
import { onKey } from "./keys.js";

const palette = document.querySelector("[data-palette]");

if (palette) {
  const box = palette.querySelector("input");
  const results = palette.querySelector('[role="listbox"]');
  const note = palette.querySelector("[data-palette-note]");
  let asked = 0;
  let waiting;

  const open = (words = "") => { box.value = words; palette.showModal(); box.select(); show(); };

  const commands = (words) => [...document.querySelectorAll(".rail .rail-list .rail-item")]
    .map((link) => ({ title: link.querySelector("span").textContent.trim(), url: link.href, note: "", icon: link.querySelector("svg") }))
    .filter((one) => !words || fold(one.title).includes(fold(words)));

  const item = (one) => {
    const link = document.createElement("a");
    link.className = "palette-item"; link.href = one.url; link.role = "option"; link.id = `tim-nhanh-${results.querySelectorAll("a").length}`; link.tabIndex = -1;
    const line = document.createElement("span");
    line.className = "line"; line.textContent = one.title;
    if (one.note) { const small = document.createElement("small"); small.textContent = one.note; line.append(small); }
    link.append(one.icon?.cloneNode(true) ?? document.createElement("span"), line);
    return link;
  };

  const paint = (groups) => {
    results.replaceChildren();
    for (const group of groups.filter((one) => one.items.length)) {
      const head = document.createElement("div");
      head.className = "palette-group"; head.textContent = group.label; head.role = "presentation";
      results.append(head);
      group.items.forEach((one) => results.append(item(one)));
    }
    note.textContent = results.querySelector("a") ? "" : "Không có kết quả.";
    choose(0);
  };

  const choose = (place) => {
    const all = [...results.querySelectorAll("a")];
    all.forEach((link, index) => link.setAttribute("aria-selected", String(index === place)));
    if (all[place]) { box.setAttribute("aria-activedescendant", all[place].id); all[place].scrollIntoView({ block: "nearest" }); }
    else box.removeAttribute("aria-activedescendant");
  };

  const fetchGroups = async (words, turn) => {
    const address = new URL(palette.dataset.searchUrl, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.ok && turn === asked) paint([...(await answer.json()).groups, { label: "Chức năng", items: commands(words) }]);
    } catch { note.textContent = "Chưa tìm được: mất kết nối."; }
  };

  const show = () => {
    const words = box.value.trim();
    const turn = ++asked;
    const everywhere = document.querySelector(".top-search");
    const whole = words && everywhere ? [{ title: `Tìm “${words}” trong mọi văn bản`, url: `${everywhere.action}?q=${encodeURIComponent(words)}` }] : [];
    paint([{ label: "Tìm kiếm", items: whole }, { label: "Chức năng", items: commands(words) }]);
    clearTimeout(waiting);
    if (palette.dataset.searchUrl && words.length > 1) waiting = setTimeout(() => fetchGroups(words, turn), 160);
  };

  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    const all = [...results.querySelectorAll("a")];
    const now = all.findIndex((link) => link.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose((now + 1) % all.length);
    else if (event.key === "ArrowUp") choose((now - 1 + all.length) % all.length);
    else if (event.key === "Enter" && all[now]) all[now].click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  onKey("/", () => open());
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-palette-open]");
    if (opener && !palette.open) { event.preventDefault(); open(opener.value ?? ""); }
    if (event.target === palette) palette.close();
  });
}
