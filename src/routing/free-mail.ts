// Routing room: which mail domains say nothing about a company?
// Domains where anybody can have an address, and those reserved for documentation. Written for Baton; extend it freely.

const FREE_MAIL = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk hotmail.de
  hotmail.fr hotmail.es hotmail.it live.com live.co.uk live.de live.fr live.nl msn.com yahoo.com yahoo.co.uk yahoo.de
  yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.in yahoo.co.in yahoo.co.jp yahoo.com.br yahoo.com.au ymail.com rocketmail.com
  icloud.com me.com mac.com aol.com aol.de proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io
  gmx.de gmx.net gmx.at gmx.ch gmx.com web.de freenet.de t-online.de arcor.de posteo.de mailbox.org mail.de online.de
  vodafone.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr bbox.fr libero.it virgilio.it alice.it tin.it tiscali.it
  telefonica.net terra.es bluewin.ch hispeed.ch chello.at aon.at a1.net skynet.be telenet.be ziggo.nl kpnmail.nl xs4all.nl
  hetnet.nl planet.nl home.nl wp.pl o2.pl onet.pl interia.pl seznam.cz email.cz centrum.cz atlas.cz azet.sk freemail.hu
  citromail.hu abv.bg mail.bg yahoo.ro mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua
  bigmir.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
  netzero.net optonline.net frontier.com windstream.net roadrunner.com rr.com btinternet.com sky.com talktalk.net
  virginmedia.com ntlworld.com blueyonder.co.uk tiscali.co.uk shaw.ca rogers.com sympatico.ca telus.net videotron.ca
  bigpond.com optusnet.com.au iinet.net.au xtra.co.nz uol.com.br bol.com.br terra.com.br ig.com.br globo.com qq.com 163.com
  126.com sina.com sina.cn sohu.com foxmail.com aliyun.com yeah.net naver.com hanmail.net daum.net nate.com docomo.ne.jp
  ezweb.ne.jp softbank.ne.jp rediffmail.com zoho.com zohomail.com fastmail.com fastmail.fm hey.com hushmail.com mail.com
  email.com usa.com post.com gmx.us inbox.com lycos.com mailinator.com guerrillamail.com 10minutemail.com yopmail.com
  temp-mail.org trashmail.com duck.com simplelogin.com anonaddy.me privaterelay.appleid.com users.noreply.github.com
  example.com example.net example.org`.split(/\s+/),
);

/** Whether an address there belongs to a person rather than to a company; subdomains count as their domain. */
export function isFreeMail(domain: string): boolean {
  const labels = domain.toLowerCase().split('.');
  return labels.some((_, i) => i < labels.length - 1 && FREE_MAIL.has(labels.slice(i).join('.')));
}
