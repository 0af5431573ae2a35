// What a page loads as WeChat's wxLogin.js. Like that one it puts the options into the URL as they are: redirect_uri
// has to come encoded, and an option that is missing reads "undefined".
(() => {
  'use strict';

  const { origin } = new URL(document.currentScript.src);
  const REDIRECTS = new Map([[true, 'true'], [false, 'false']]);

  function qrconnectUrl(options) {
    let url = `${origin}/connect/qrconnect?appid=${options.appid}&scope=${options.scope}`
      + `&redirect_uri=${options.redirect_uri}&state=${options.state}&login_type=jssdk`
      + `&self_redirect=${REDIRECTS.get(options.self_redirect) ?? 'default'}`;
    if (options.style) url += `&style=${options.style}`;
    if (options.stylelite) return `${url}&stylelite=1`;
    if (options.href) url += `&href=${options.href}`;
    return url;
  }

  window.WxLogin = function WxLogin(options) {
    const frame = document.createElement('iframe');
    // Attributes, because a page's Content-Security-Policy may forbid inline styles.
    frame.setAttribute('width', options.stylelite ? '220px' : '300px');
    frame.setAttribute('height', options.stylelite ? '220px' : '400px');
    frame.setAttribute('frameborder', '0');
    frame.setAttribute('scrolling', 'no');
    frame.src = qrconnectUrl(options);
    const place = document.getElementById(options.id);
    place.textContent = '';
    place.append(frame);
  };
})();
