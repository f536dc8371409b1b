import { isOf, type Medium } from "./manifest";

/** There is video or sound, and this browser decodes none of it. */
export function undecodable(media: Medium[], decodes = canDecode): boolean {
  const heard = media.filter((medium) => isOf("video")(medium) || isOf("audio")(medium));
  return heard.length > 0 && !heard.some(decodes);
}

export function canDecode({ mime, codecs }: Medium): boolean {
  return MediaSource.isTypeSupported(codecs ? `${mime}; codecs="${codecs}"` : mime);
}
