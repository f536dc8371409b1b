// Package drm signals protection: what manifests and files say about keys, and to which systems (ISO/IEC 23001-7, 8; ISO/IEC 23009-1, 5.8.4.1).
//
// A System is a content protection system: ClearKey, PlayReady, Widevine and so on. A Selection is which of them were asked for, and where each is signalled. A Content is what is protected: its
// scheme and Keys. From a Selection and a Content come Elements of a manifest and pssh boxes. Keys give the Key for a Use; what is not named is computed, so that any stream has keys.
//
// Comes from: option, which reads a Selection, and drm/keys, which reads keys. Goes to: presentation, and to the licence server. The rule: the Value of a Key leaves this package as bytes for a
// cipher or for a licence, never as text: no message, log, page or other answer has it.
package drm
