package presentation

import (
	"errors"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/periods"
)

// updates is what a live manifest says of where to get the next one.
type updates struct {
	counted string        // the same with the reload counter one higher
	version string        // of the Asset
	ttl     time.Duration // of patches; 0: none are offered
	hold    bool          // a request for a patch waits until there is one
}

// updatable reads what was asked for of updates, and how the manifest names itself.
func (p *Presentation) updatable(o *option.Set) {
	d := p.Live
	if d == nil {
		p.query = o.Query(option.Manifest, nil)
		return
	}
	place := map[string]string{"startrel": "", "stoprel": "", "start": d.Start.Format(time.RFC3339Nano), "mpd": p.told}
	if !d.Stop.IsZero() {
		place["stop"] = d.Stop.Format(time.RFC3339Nano)
	}
	p.query = o.Query(option.Manifest, place)
	u := updates{version: p.versions, hold: option.Hold.From(o) && !option.Now.Given(o)}
	place["mpd"], place["update"] = "", option.Reload.Text(option.Reload.From(o)+1)
	u.counted = o.Query(option.Manifest, place)
	if option.Patch.From(o) {
		u.ttl = option.PatchTTL.From(o).Or(max(d.Depth, d.Update))
	}
	d.updates = u
}

// Query returns the query of the manifest's own URL, without the "?": with it, it is the same stream at any time, however it was asked for.
func (p *Presentation) Query() string { return strings.TrimPrefix(p.query, "?") }

// Counted returns where the manifest is to be loaded from the next time, every time from another URL, as dashlive's manifest_e says it. It is "" when nobody knows where the manifest came from.
func (p *Presentation) Counted() string {
	if p.Live == nil || p.Path == "" {
		return ""
	}
	path, _, _ := strings.Cut(p.Path, "?")
	return p.Origin + path + p.Live.updates.counted
}

// PatchLocation is where patches of a manifest are (ISO/IEC 23009-1, 5.15.2).
type PatchLocation struct {
	TTL int64 // seconds from the publish time on; whole ones: some players read no others
	URL string
}

// PatchLocation returns where patches are, nil when none are offered or nobody knows where the manifest came from.
func (p *Presentation) PatchLocation() *PatchLocation {
	if p.Live == nil || p.Live.updates.ttl == 0 || p.Path == "" {
		return nil
	}
	u := &p.Live.updates
	path, _, _ := strings.Cut(p.Path, "?")
	name := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".mpd")
	query := p.query + "&v=" + u.version + "&from=" + p.Live.Publish.UTC().Format(publishForm)
	return &PatchLocation{TTL: int64((u.ttl + time.Second - 1) / time.Second), URL: name + ".mpp" + query}
}

// publishForm is how a publish time is written: to the millisecond, which is as exact as it is.
const publishForm = "2006-01-02T15:04:05.999Z"

// Patched says whether patches of the manifest are offered, or were until the stream ended: it must have MPD@id and MPD@publishTime then.
func (p *Presentation) Patched() bool {
	d := p.Live
	if d == nil {
		d = p.Ended
	}
	return d != nil && d.updates.ttl > 0
}

// Published returns MPD@publishTime; ok is false for what was static from the beginning.
func (p *Presentation) Published() (at time.Time, ok bool) {
	switch {
	case p.Live != nil:
		return p.Live.Publish, true
	case p.Ended != nil:
		return p.Ended.Publish, true
	}
	return time.Time{}, false
}

// AsOf returns p, which Timeless returned, as it was published at from, for a patch from that to what is announced at now. exact says that from is to the millisecond; otherwise it is the
// second within which that was. The error is errs.TooEarly when that is to come, errs.NotFound when nothing was published then, and errs.Gone when patches are offered no longer.
func (p *Presentation) AsOf(from time.Time, exact bool, now time.Time) (*Presentation, error) {
	if !p.Patched() {
		return nil, errs.Errorf(errs.NotFound, "there are no patches of this manifest; patch=1 asks for them")
	}
	d := p.Live
	last, _ := p.At(now).Published()
	if early := from.Sub(last); early > 0 {
		err := errs.Errorf(errs.TooEarly, "no manifest has been published at %s yet; the last one was at %s", from.Format(publishForm), last.Format(publishForm))
		return nil, &WindowError{err, max(time.Millisecond, from.Sub(now)), d.Early}
	}
	at := from
	if !exact {
		at = from.Add(time.Second - time.Millisecond)
		if at.After(now) {
			at = now
		}
	}
	old := p.At(at)
	published, _ := old.Published()
	if published.Before(from) {
		return nil, errs.Errorf(errs.NotFound, "no manifest was published at %s; the one before was at %s", from.Format(publishForm), published.Format(publishForm))
	}
	if over := now.Sub(published) - d.updates.ttl - d.Leeway; over > 0 && !published.Equal(last) {
		return nil, errs.Errorf(errs.Gone, "the manifest of %s can be patched for %.0f s: load the manifest again", published.Format(publishForm), d.updates.ttl.Seconds())
	}
	return old, nil
}

// longestHold is how long a request for a patch waits at the most: some players give up after ten seconds.
const longestHold = 8 * time.Second

// Unchanged says what to do with a request for a patch of p, which is as it is at the instant of the request, when nothing has been published since: to wait for what comes next, if wait is
// not 0; to refuse it, if a status of what is too early was asked for; or to say that nothing is new.
func (p *Presentation) Unchanged() (wait time.Duration, err error) {
	d := p.Live
	if d == nil || d.Until.IsZero() {
		return 0, nil
	}
	wait = max(time.Millisecond, d.Until.Sub(d.Now))
	switch {
	case d.updates.hold && wait <= longestHold:
		return wait, nil
	case d.Early != notFound:
		err = errs.Errorf(errs.TooEarly, "no manifest has been published since %s; the next one will be at %s", d.Publish.Format(publishForm), d.Until.Format(publishForm))
		return 0, &WindowError{err, wait, d.Early}
	}
	return 0, nil
}

// notFound is the status of what is too early unless another one was asked for.
const notFound = 404

// Check says whether segment k of r may be served at now, as Dynamic.Check does; but what is announced then can be fetched, however short the leeway.
func (p *Presentation) Check(r *Representation, k int, now time.Time) error {
	err := p.Live.Check(p.inPeriod(r, k), k, now)
	var window *WindowError
	if errors.As(err, &window) && window.Until < 0 {
		if first, end := p.At(now).Window(r); first <= k && k < end {
			return nil
		}
	}
	return err
}

// publish sets what is announced at d.Now, since when, and until when. Segments come and go only when one comes: an instant of change is when a segment of some Representation becomes
// available, and those that have left the window by then go with it. So equal publish times mean equal manifests, and different manifests have different ones. All instants are whole
// milliseconds, as they are written: what happens in between is published with the next.
func (p *Presentation) publish() {
	d := p.Live
	now := d.Now.Truncate(time.Millisecond)
	d.Publish, d.Until = time.Time{}, time.Time{}
	elapsed := max(0, now.Sub(d.Start)).Truncate(time.Second)
	if p.schedule != nil {
		p.around(now)
	}
	if p.Addressing != Number {
		for i := range p.Periods {
			e := &p.Periods[i]
			at, ok := d.begins(e)
			if e.Start == 0 || ok && at <= now.Sub(d.Start) {
				e.each(func(r *Representation) { d.publishList(r, now) })
			} else if ok && (d.Stop.IsZero() || e.Start < d.Length) {
				d.earliest(millisecond(d.Start.Add(at))) // what comes before is not announced
			}
		}
		p.news(now, d.note)
		elapsed = max(0, d.Publish.Sub(d.Start)).Truncate(time.Second)
	}
	grows := elapsed < d.Depth
	if grows && d.updates.ttl == 0 { // players that apply patches do not read a new depth out of one
		d.Depth = elapsed
	}
	if p.Addressing == Number && d.Depth > 0 {
		d.Publish = millisecond(d.Start.Add(d.Depth))
	}
	if p.Addressing == Number && grows {
		// A formula stays true. Only the window grows, in seconds, until it is as deep as was asked for.
		d.earliest(millisecond(d.Start.Add(elapsed + time.Second)))
	}
	if p.Addressing == Number && p.schedule != nil {
		p.turns(now, d.note)
	}
	if p.Addressing == Number {
		p.news(now, d.note)
	}
	if d.Publish.IsZero() {
		d.await(now)
	}
	if !d.Stop.IsZero() {
		d.earliest(millisecond(d.Stop))
	}
}

// await sets when the manifest was published that says that nothing has come yet: when the stream began, or, as long as it has not, every now and then until then. Patches are of a manifest that was published not long
// ago, and players should have one that they can go on with.
func (d *Dynamic) await(now time.Time) {
	const day = 24 * time.Hour
	again := day
	if d.updates.ttl > 0 {
		again = max((d.updates.ttl / 2).Truncate(time.Millisecond), time.Millisecond)
	}
	start := millisecond(d.Start)
	wait := start.Sub(now)
	switch {
	case wait <= 0:
		d.Publish = start
	case wait > periods.MostTime:
		d.Publish = time.Unix(0, 0).UTC() // it is a matter of centuries
	default:
		times := (wait + again - 1) / again
		d.Publish = start.Add(-times * again)
		d.earliest(d.Publish.Add(again))
	}
}

// note notes that something changes at an instant, or did.
func (d *Dynamic) note(at time.Time) {
	switch at = millisecond(at); {
	case at.After(d.Now.Truncate(time.Millisecond)):
		d.earliest(at)
	case at.After(d.Publish):
		d.Publish = at
	}
}

// publishList notes when the last segment of r came, and when the next one will.
func (d *Dynamic) publishList(r *Representation, now time.Time) {
	end := d.edge(r, now.Sub(d.Start))
	ends := false
	if !d.Stop.IsZero() {
		last := d.last(r)
		end, ends = min(end, last), end >= last
	}
	from, to := r.Segments.Bounds()
	if end > from {
		if at := d.comes(r, min(end, to)-1); at.After(d.Publish) {
			d.Publish = at
		}
	}
	if end = max(end, from); !ends && end < to {
		d.earliest(d.comes(r, end))
	}
}

// comes returns when segment k of r is published.
func (d *Dynamic) comes(r *Representation, k int) time.Time {
	return millisecond(d.Start.Add(d.available(r, k)))
}

// earliest notes that something changes at an instant.
func (d *Dynamic) earliest(at time.Time) {
	if d.Until.IsZero() || at.Before(d.Until) {
		d.Until = at
	}
}

// millisecond returns the first whole millisecond that is not before t.
func millisecond(t time.Time) time.Time {
	return t.Add(time.Millisecond - 1).Truncate(time.Millisecond)
}
