// Says on a client's pages, as it happens, that people of the call centre are inside; renews the page that lists them.
const badge = document.getElementById("staff-inside");
const list = document.getElementById("staff-live");
let known = list?.dataset.known;
let wait = 1000;

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("staff-live");
  if (fresh && !list.contains(document.activeElement)) list.replaceChildren(...fresh.childNodes);
  else if (fresh) list.addEventListener("focusout", renew, { once: true });
}

function show(news) {
  badge.hidden = !news.inside.length && !news.asked;
  badge.querySelector("[data-inside]").hidden = !news.inside.length;
  badge.querySelector("[data-inside] b").textContent = String(news.inside.length);
  badge.querySelector("[data-asked]").hidden = !news.asked;
  badge.querySelector("[data-asked] b").textContent = String(news.asked);
  badge.title = news.inside.map((one) => one.name).join(", ");
  if (list && known !== news.state) renew();
  known = news.state;
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/staff`);
  socket.addEventListener("message", (event) => { wait = 1000; show(JSON.parse(event.data)); });
  socket.addEventListener("close", (event) => {
    if (event.code === 1008) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 30000);
  });
}

connect();
