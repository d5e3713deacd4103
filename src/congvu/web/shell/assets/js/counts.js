// Live counts: one small request with ETag every 45 to 60 seconds while the page is looked at. Answers {"key": number, ...}.
const rail = document.querySelector("[data-counts-url]");

if (rail) {
  let tag = "";
  const take = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(rail.dataset.countsUrl, { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status !== 200 || answer.redirected) return;
      tag = answer.headers.get("ETag") ?? "";
      for (const [key, number] of Object.entries(await answer.json())) {
        document.querySelectorAll(`[data-count="${CSS.escape(key)}"]`).forEach((place) => {
          place.textContent = number > 0 ? (number > 99 && place.classList.contains("top-count") ? "99+" : number.toLocaleString("vi-VN")) : "";
        });
      }
    } catch { /* the next turn will tell */ }
  };
  const turn = () => { take(); setTimeout(turn, 45000 + Math.random() * 15000); };
  setTimeout(turn, 3000 + Math.random() * 2000);
  document.addEventListener("visibilitychange", take);
}
