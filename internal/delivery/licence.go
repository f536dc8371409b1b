package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// licenceBytes is how large a request for a licence may be, and licenceKeys for how many keys.
const (
	licenceBytes = 64 << 10
	licenceKeys  = 512
)

// licenceRequest and licence are the JSON of Clear Key (W3C EME, 9.1.3 and 9.1.4).
type licenceRequest struct {
	KIDs []string `json:"kids"`
	Type string   `json:"type"`
}

type licence struct {
	Keys       []webKey `json:"keys"`
	Type       string   `json:"type"`
	Expiration int64    `json:"expiration,omitempty"` // ours: milliseconds since 1970
}

// webKey is a JSON Web Key (RFC 7517).
type webKey struct {
	Type string `json:"kty"`
	ID   string `json:"kid"`
	Key  string `json:"k"`
}

// Licences returns the Clear Key licence server: POST of a licence request, with the options of faults in the query. What is wrong with a request is answered as dashlive does.
func (h *Handler) Licences() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.takes(w, r, "a licence is asked for with POST", http.MethodPost) {
			return
		}
		if err := h.license(w, r); err != nil {
			h.cfg.Fail(w, r, err)
		}
	})
}

func (h *Handler) license(w http.ResponseWriter, r *http.Request) error {
	query, _ := cutVersion(unfold(r.URL.RawQuery))
	query, stream := cutStream(query)
	o, err := h.cfg.Options.Parse(query)
	if err != nil {
		return err
	}
	unheard(w.Header(), o)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, licenceBytes))
	if err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return errs.Errorf(errs.Invalid, "licence request: larger than %d bytes, which are enough for %d keys: ask for fewer at a time", licenceBytes, licenceKeys)
		}
		return errs.Errorf(errs.Invalid, "licence request: it ended too early: %w", err)
	}
	ask, kids, wrong := readLicenceRequest(body)
	keys, err := h.keysFor(r.Context(), stream, kids)
	if err != nil {
		return err
	}
	answer := func(w http.ResponseWriter, effects []fault.Effect, ends time.Time) error {
		if wrong != nil {
			return sendJSON(w, wrong.status, wrong.body)
		}
		return h.giveLicence(w, ask, keys, effects, ends)
	}
	rules := append(slices.Clip(option.LicenceFaults.From(o)), rulesOf(o)...)
	if len(rules) == 0 {
		return answer(w, nil, time.Time{})
	}
	return h.faultyLicence(w, r, o, rules, kids, keys, answer)
}

// faultyLicence answers a request for a licence for which there are rules.
func (h *Handler) faultyLicence(w http.ResponseWriter, r *http.Request, o *option.Set, rules []fault.Rule, kids []media.KID, keys []wanted, answer func(http.ResponseWriter, []fault.Effect, time.Time) error) error {
	now := presentation.Now(o, h.cfg.Now())
	s := subject{Request: fault.Request{Type: fault.Licence, Period: 10 * time.Second}, position: positionOf(kids)}
	key := tryOf(r, option.Session.From(o), &s, rules)
	if fault.Count(rules) {
		s.Try, s.Age = h.tries.visit(key, h.cfg.Now(), kept(rules))
	}
	effects := withholding(w.Header(), fault.Decide(rules, &s.Request, now), keys)
	var ends time.Time
	for i := range effects {
		e := &effects[i]
		if e.Stage != fault.Within {
			continue
		}
		x, expires := e.Action.(fault.Expire)
		if expires {
			var over bool
			if ends, over = h.tries.term(key, h.cfg.Now(), x); over {
				answer = func(http.ResponseWriter, []fault.Effect, time.Time) error {
					return errs.Errorf(errs.Forbidden, "the licence ended at %s, as asked for: %s; another session= begins anew", ends.UTC().Format(time.RFC3339), e.Rule)
				}
			}
		}
		switch e.Action.(type) {
		case fault.Expire, fault.WrongKey, fault.OnlyKeys:
			e.Stage = fault.Before // said in the head; what it does is done here
		}
	}
	return h.inject(w, r, "licence", effects, func(w http.ResponseWriter) error { return answer(w, effects, ends) })
}

// withholding returns effects without those that leave keys out where that leaves none out: nothing is wrong with such a licence. It says why if it is for no lack of high pictures.
func withholding(head http.Header, effects []fault.Effect, keys []wanted) []fault.Effect {
	return slices.DeleteFunc(effects, func(e fault.Effect) bool {
		only, ok := e.Action.(fault.OnlyKeys)
		if !ok || slices.ContainsFunc(keys, func(k wanted) bool { return k.known && !allows(only, k.use) }) {
			return false
		}
		if !slices.ContainsFunc(keys, func(k wanted) bool { return k.use.Height > 0 }) {
			head.Add("Dashwright-Note", only.String()+" leaves no key out: none of these is known to be of high pictures alone; keyper=resolution has a key for each resolution")
		}
		return true
	})
}

// kept is for how long what rules count must be remembered at least.
func kept(rules []fault.Rule) time.Duration {
	longest := triesKept
	for i := range rules {
		for _, e := range rules[i].Effects {
			if x, ok := e.Action.(fault.Expire); ok {
				longest = max(longest, x.After+triesKept)
			}
		}
	}
	return longest
}

// positionOf tells requests for different keys apart.
func positionOf(kids []media.KID) int {
	sorted := slices.SortedFunc(slices.Values(kids), func(a, b media.KID) int { return slices.Compare(a[:], b[:]) })
	hash := sha256.New()
	for _, k := range sorted {
		hash.Write(k[:])
	}
	return int(binary.BigEndian.Uint32(hash.Sum(nil)))
}

// refusal is a status and what is sent with it as JSON.
type refusal struct {
	status int
	body   any
}

// readLicenceRequest reads a request. What is wrong with it is what dashlive answers then.
func readLicenceRequest(body []byte) (licenceRequest, []media.KID, *refusal) {
	var ask licenceRequest
	failed := func(text string) *refusal {
		return &refusal{http.StatusOK, map[string]string{"error": "Error: " + text}}
	}
	if err := json.Unmarshal(body, &ask); err != nil {
		return ask, nil, &refusal{http.StatusBadRequest, "not a Clear Key licence request in JSON: kids must be a list of key IDs, each a string of 16 bytes in base64url, and type a string such as temporary"}
	}
	switch {
	case ask.KIDs == nil:
		return ask, nil, &refusal{http.StatusBadRequest, "kids property missing"}
	case len(ask.KIDs) > licenceKeys:
		return ask, nil, failed("too many kids")
	case ask.Type == "":
		return ask, nil, failed("type property missing")
	}
	kids := make([]media.KID, 0, len(ask.KIDs))
	for _, text := range ask.KIDs {
		id, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil || len(id) != len(media.KID{}) {
			return ask, nil, failed("a kid is not 16 bytes in base64url")
		}
		kids = append(kids, media.KID(id))
	}
	return ask, kids, nil
}

// cutStream takes stream=… out of a query: a stream that is stored encrypted.
func cutStream(query string) (rest, stream string) {
	var kept []string
	for p := range strings.SplitSeq(query, "&") {
		if v, ok := strings.CutPrefix(p, "stream="); ok {
			stream, _ = url.QueryUnescape(v)
			continue
		}
		kept = append(kept, p)
	}
	return strings.Join(kept, "&"), stream
}

// wanted is a key that a licence is to have, if it is known.
type wanted struct {
	drm.Key
	use   drm.Use
	known bool
}

// keysFor finds keys: those that are named or computed, and those that the stream of that name is stored with, which are taken for computed ones.
func (h *Handler) keysFor(ctx context.Context, stream string, kids []media.KID) ([]wanted, error) {
	var stored map[media.KID]drm.Use
	var list []wanted
	for i, id := range kids {
		if slices.Contains(kids[:i], id) {
			continue
		}
		one := wanted{Key: drm.Key{ID: id}}
		one.Key, one.use, one.known = h.cfg.Keys.Find(id)
		if stream != "" && one.use == (drm.Use{}) {
			if stored == nil {
				a, err := h.cfg.Source.Asset(ctx, stream)
				if err != nil {
					return nil, err
				}
				stored = storedKeys(a)
			}
			u, ok := stored[id]
			if one.use = u; ok && !one.known {
				var err error
				if one.Key, err = drm.Computed(id); err != nil {
					return nil, err
				}
				one.known = true
			}
		}
		one.ID = id
		list = append(list, one)
	}
	return list, nil
}

// storedKeys returns the IDs of the keys that tracks are stored with, and what for: of several uses the one that needs the least, sound before pictures, and low ones before high ones.
func storedKeys(a *asset.Asset) map[media.KID]drm.Use {
	found := map[media.KID]drm.Use{}
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			if t.Encryption == nil {
				continue
			}
			for _, id := range t.Encryption.KIDs() {
				u, twice := found[id]
				if !twice || u.Kind == media.Video && (t.Kind != media.Video || t.Height < u.Height) {
					found[id] = drm.Use{Kind: t.Kind, Height: t.Height}
				}
			}
		}
	}
	return found
}

// giveLicence gives the keys that are known.
func (h *Handler) giveLicence(w http.ResponseWriter, ask licenceRequest, keys []wanted, effects []fault.Effect, ends time.Time) error {
	answer := licence{Keys: []webKey{}, Type: ask.Type}
	var unknown []string
	withheld := false
	for _, k := range keys {
		switch {
		case !k.known:
			unknown = append(unknown, k.ID.String())
			continue
		case !allowed(effects, k.use):
			withheld = true
			continue
		}
		if slices.ContainsFunc(effects, func(e fault.Effect) bool { _, is := e.Action.(fault.WrongKey); return is }) {
			wrong := sha256.Sum256(append([]byte("wrong"), k.Value[:]...))
			copy(k.Value[:], wrong[:])
		}
		answer.Keys = append(answer.Keys, webKey{"oct", base64.RawURLEncoding.EncodeToString(k.ID[:]), base64.RawURLEncoding.EncodeToString(k.Value[:])})
	}
	if withheld && len(answer.Keys) == 0 {
		// Browsers take a licence without keys for an error. One for a key that nothing needs is a licence, and leaves the others out.
		zero := base64.RawURLEncoding.EncodeToString(make([]byte, 16))
		answer.Keys = append(answer.Keys, webKey{"oct", zero, zero})
	}
	if len(unknown) > 0 {
		w.Header().Add("Dashwright-Note", "no key is known for "+strings.Join(unknown[:min(len(unknown), 8)], ", "))
	}
	if !ends.IsZero() {
		w.Header().Set("Dashwright-Licence-Expires", ends.UTC().Format(time.RFC3339Nano))
		answer.Expiration = ends.UnixMilli()
	}
	return sendJSON(w, http.StatusOK, answer)
}

// allowed says whether effects leave the key for a use in the licence.
func allowed(effects []fault.Effect, use drm.Use) bool {
	for _, e := range effects {
		if only, ok := e.Action.(fault.OnlyKeys); ok && !allows(only, use) {
			return false
		}
	}
	return true
}

func allows(only fault.OnlyKeys, use drm.Use) bool {
	if only.Height == 0 {
		return use.Kind == media.Audio || use.Kind == media.Text
	}
	return use.Height <= only.Height
}

// sendJSON answers with JSON that nobody may remember.
func sendJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "application/json")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client has gone: nobody to tell
	return nil
}
