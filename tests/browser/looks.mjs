// How a page looks: its language, its colours, whether it fits into a phone. With SCREENSHOTS=DIR the pictures are kept.
import assert from 'node:assert/strict';

const { SCREENSHOTS } = process.env;
const HAN = /\p{Script=Han}/u;

const LANGUAGES = {
  'zh-CN': { lang: /^zh/, check: (text) => assert.match(text, HAN, `not Chinese: ${text}`) },
  'en-US': { lang: /^en/, check: (text) => assert.doesNotMatch(text, HAN, `not English alone: ${text}`) },
};

export const LOOKS = Object.keys(LANGUAGES).flatMap((locale) =>
  ['light', 'dark'].map((colorScheme) => ({ locale, colorScheme })));

// WCAG's contrast between the text of an element and what is behind it.
function contrastOf(element) {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => channels(colour).slice(0, 3)
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  let behind = element;
  while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const ground = behind ? luminance(getComputedStyle(behind).backgroundColor) : 1;
  const ink = luminance(getComputedStyle(element).color);
  return { dark: ground < 0.2, contrast: (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) };
}

// `texts` are the page's own, not people's; the contrast of the first `line` counts; `sizes` are by the name of a device.
// The pictures begin `at` an element.
export async function isReadable(page, { locale, colorScheme }, { name, texts, line, sizes, at = 'html' }) {
  const { lang, check } = LANGUAGES[locale];
  assert.match(await page.locator('html').getAttribute('lang'), lang, 'the language of the page');
  for (const text of await page.locator(texts).filter({ visible: true }).allInnerTexts()) check(text);
  const { dark, contrast } = await page.locator(line).first().evaluate(contrastOf);
  assert.equal(dark, colorScheme === 'dark', `${name} is dark`);
  assert.ok(contrast >= 4.5, `${name}: contrast ${contrast}`);
  for (const [device, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= size.width, `${name}: ${wide} px wide in a window of ${size.width}`);
    const path = `${SCREENSHOTS}/${name}-${locale.slice(0, 2)}-${device}-${colorScheme}.png`;
    if (!SCREENSHOTS) continue;
    await page.locator(at).evaluate((element) => element.scrollIntoView());
    await page.screenshot({ path });
  }
}
