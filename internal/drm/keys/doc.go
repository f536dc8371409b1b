// Package keys reads content keys out of files: keys.yaml, and the CPIX documents that it names (DASH-IF CPIX 2.3).
//
// A Store is a keys.yaml that is read again when it changes. It has Entries: a key, and the uses that it is for. The first Entry that is for a use gives its key; where there is none, the key is computed.
//
// Comes from: files of the user's. Goes to: whoever wants drm.Keys; a database can take the place of a Store. The rule: no error and no log says what a key is, only where.
package keys
