{% load static %}// Keeps the look and the offline page; never keeps a page, for pages hold what people told their community.
const KEPT = "linli-{% static 'ui/dist/app.css' %}-{% static 'ui/dist/app.js' %}{% for one in scripts %}-{% static one %}{% endfor %}";
const ALWAYS = ["{% url 'offline' %}", "{% static 'ui/dist/app.css' %}", "{% static 'ui/dist/app.js' %}", "{% static 'ui/dist/icons.svg' %}", "{% static 'ui/dist/mark.svg' %}"{% for one in scripts %}, "{% static one %}"{% endfor %}{% for one in pages %}, "{% url one.url_name %}"{% endfor %}];
const INSTEAD = { {% for one in pages %}{% if one.instead_of %}"{% url one.instead_of %}": "{% url one.url_name %}",{% endif %}{% endfor %} }; // a page that needs a network → the kept one
const STATIC = "{% get_static_prefix %}";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(ALWAYS.map((url) => new Request(url, { credentials: "omit", cache: "reload" })))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const kept = INSTEAD[url.pathname] ?? url.pathname;
    event.respondWith(fetch(request).catch(async () => (ALWAYS.includes(kept) && await caches.match(kept)) || caches.match("{% url 'offline' %}")));
  } else if (url.pathname.startsWith(STATIC) && ALWAYS.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
