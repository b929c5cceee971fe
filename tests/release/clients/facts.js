// What a reader sees of a page, evaluated in the browser. In drawings WebKit separates right-to-left
// letters that are spaced or on a curve, and ignores isolation: a mark must follow each name.
// TORN comes from tests/render/page.
(() => {
  const payload = document.getElementById("rangemap-payload");
  const words = payload ? JSON.parse(payload.textContent).words : null;
  const text = document.body.textContent;
  return JSON.stringify({
    title: document.title,
    caveat: !words || text.includes(words.promise) || text.includes(words.promise_typed),
    labels: document.querySelectorAll("svg text").length,
    misdrawn: [...document.querySelectorAll("svg text")]
      .filter((label) => /[\u0590-\u08ff]/.test(label.textContent))
      .flatMap((label) => [
        label.querySelector("textPath") && `on a curve: ${label.textContent}`,
        parseFloat(getComputedStyle(label).letterSpacing) > 0 && `spaced: ${label.textContent}`,
        /\u2069[^\u2069\u200e\u200f]/.test(label.textContent) && `without a mark: ${label.textContent}`,
      ])
      .filter(Boolean),
    ...(TORN)([]),
  });
})()
