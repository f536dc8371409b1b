import { isOf, type Medium } from "./manifest";
import type { Offer } from "./words";

/** There is video or sound, and this browser decodes none of it. */
export function undecodable(media: Medium[], decodes = canDecode): boolean {
  const heard = media.filter((medium) => isOf("video")(medium) || isOf("audio")(medium));
  return heard.length > 0 && !heard.some(decodes);
}

/** What is on offer, and whether this browser decodes any of it; a kind is absent where there is none. */
export function offers(media: Medium[], decodes = canDecode): { video?: Offer; audio?: Offer } {
  const offer = (kind: "video" | "audio") => {
    const all = media.filter(isOf(kind));
    return all.length > 0 && { [kind]: { codecs: all.map(({ codecs }) => codecs), decodes: all.some(decodes) } };
  };
  return { ...offer("video"), ...offer("audio") };
}

export function canDecode({ mime, codecs }: Medium): boolean {
  return MediaSource.isTypeSupported(codecs ? `${mime}; codecs="${codecs}"` : mime);
}
