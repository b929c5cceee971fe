// Opens pages in Firefox over WebDriver BiDi: firefox.mjs FIREFOX FACTS PAGE...; one JSON line per page.
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, facts, ...pages] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  for (const path of pages) {
    const page = await browser.newPage();
    const messages = [];
    page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => messages.push(`error: ${error.message}`));
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(pathToFileURL(path).href, { timeout: 120_000 });
    const found = JSON.parse(await page.evaluate(facts));
    await page.pdf({ path: `${path}.firefox.pdf`, format: "a4" });
    console.log(JSON.stringify({ ...found, path, messages }));
    await page.close();
  }
} finally {
  await browser.close();
}
