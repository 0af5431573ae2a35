// What the login page says, in Chinese and English. `reason-…` is why a session ended: the reasons are the server's.

const TEXTS = {
  'zh-CN': {
    title: '微信扫码登录',
    welcome: '欢迎',
    how: '打开手机微信，用「扫一扫」扫描二维码，再在手机上确认',
    qrcode: '微信登录二维码',
    picture: '头像',
    next: '继续访问',
    account: '我的账号',
    logout: '退出登录',
    renew: '换一个二维码',
    again: '重新登录',
    starting: '正在准备……',
    waiting: '等待扫码',
    confirmed: '已确认，正在登录……',
    expired: '二维码已过期',
    refused: '你在微信里取消了登录',
    failed: '登录失败',
    'error-expired': '登录已超时，请再试一次',
    'error-other-browser': '这次登录是在另一个浏览器里开始的，请在这里重新开始',
    'error-disabled': '这个账号已被停用',
    'error-snapshot-user': '微信未提供真实身份，请重新登录',
    'error-provider-unavailable': '登录服务暂时没有回应，请稍后再试',
    'weixin-unavailable': '微信暂时没有回应，正在重试……',
    unavailable: '服务暂不可用，正在重试……',
    'logged-in': '已登录',
    'logged-out': '已退出登录',
    unseen: '你已登录，但要访问的页面没有认出来。可以再试一次，或重新登录',
    'logout-failed': '暂时无法退出，请再试一次',
    'reason-missing': '你已不再登录',
    'reason-expired': '登录已过期，请重新登录',
    'reason-replaced': '你在另一台设备上登录了，这里的登录已结束',
    'reason-logged-out': '已退出登录',
    'reason-revoked': '这里的登录已被你在另一台设备上结束，或被管理员结束',
    'reason-disabled': '这个账号已被停用',
    'reason-unknown': '登录已失效，请重新登录',
  },
  en: {
    title: 'Log in with WeChat',
    welcome: 'Welcome',
    how: 'Open WeChat on your phone, scan the QR code, then confirm on the phone',
    qrcode: 'WeChat login QR code',
    picture: 'Profile picture',
    next: 'Continue',
    account: 'My account',
    logout: 'Log out',
    renew: 'Get a new QR code',
    again: 'Log in again',
    starting: 'Getting ready…',
    waiting: 'Waiting for the scan',
    confirmed: 'Confirmed, logging you in…',
    expired: 'The QR code has expired',
    refused: 'You cancelled the login in WeChat',
    failed: 'Login failed',
    'error-expired': 'The login took too long, please try again',
    'error-other-browser': 'This login was begun in another browser, please begin again here',
    'error-disabled': 'This account is disabled',
    'error-snapshot-user': 'WeChat did not say who you are, please log in again',
    'error-provider-unavailable': 'The login service does not answer, please try again later',
    'weixin-unavailable': 'WeChat does not answer, still trying…',
    unavailable: 'The service is unavailable, still trying…',
    'logged-in': 'You are logged in',
    'logged-out': 'You have logged out',
    unseen: 'You are logged in, but the page you want does not see it. Try once more, or log in again',
    'logout-failed': 'Could not log you out, please try again',
    'reason-missing': 'You are no longer logged in',
    'reason-expired': 'Your login has expired, please log in again',
    'reason-replaced': 'You logged in on another device, which ended the login here',
    'reason-logged-out': 'You have logged out',
    'reason-revoked': 'You ended this login from another device, or an administrator did',
    'reason-disabled': 'This account is disabled',
    'reason-unknown': 'The login is no longer valid, please log in again',
  },
};

export const language = /^zh\b/i.test(navigator.languages[0] ?? '') ? 'zh-CN' : 'en';
export const texts = TEXTS[language];

/** Why a login that came back has failed, as a sentence. The codes are the server's, or the provider's own. */
export function whyFailed(code) {
  return code === 'login-refused' ? texts.refused : texts[`error-${code}`] ?? `${texts.failed} (${code.slice(0, 64)})`;
}

/** Why a session ended, as a sentence. */
export const whyEnded = (reason) => texts[`reason-${reason}`] ?? texts['reason-unknown'];
