// Which browser and which system, by what a browser says of itself in the header User-Agent. Most say that they are
// several others too: the first that fits counts.

const BROWSERS = [
  [/MicroMessenger\//, 'WeChat'],
  [/M?QQBrowser\//, 'QQBrowser'],
  [/UCBrowser\//, 'UCBrowser'],
  [/Quark\//, 'Quark'],
  [/HuaweiBrowser\//, 'Huawei'],
  [/MiuiBrowser\//, 'Xiaomi'],
  [/SamsungBrowser\//, 'Samsung'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|OPiOS\/|OPT\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|Chromium\/|CriOS\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
];
const SYSTEMS = [
  [/OpenHarmony|HarmonyOS/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux|X11/, 'Linux'],
];

const first = (list, agent) => (list.find(([pattern]) => pattern.test(agent)) ?? [])[1] ?? null;

/** @returns {{browser: ?string, system: ?string}} names, null for one that is not known */
export function readAgent(agent) {
  return { browser: first(BROWSERS, agent), system: first(SYSTEMS, agent) };
}
