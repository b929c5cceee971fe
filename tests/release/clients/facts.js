// What a reader sees of a page, evaluated in the browser: the caveat, and right-to-left labels that
// are not on a curve (on curves, WebKit separates their letters). TORN comes from tests/render/page.
(() => {
  const payload = document.getElementById("rangemap-payload");
  const words = payload ? JSON.parse(payload.textContent).words : null;
  const text = document.body.textContent;
  return JSON.stringify({
    title: document.title,
    caveat: !words || text.includes(words.promise) || text.includes(words.promise_typed),
    labels: document.querySelectorAll("svg text").length,
    curved: [...document.querySelectorAll("textPath")]
      .map((path) => path.textContent)
      .filter((words) => /[\u0590-\u08ff]/.test(words)),
    ...(TORN)([]),
  });
})()
