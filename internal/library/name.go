package library

import (
	"strconv"
	"strings"
	"unicode"
)

// slug returns the form that a name takes in a URL: lower case; letters and digits of any script, "_" and "-" are kept, any run of other characters becomes one
// "-"; no "-" at the ends.
func slug(name string) string {
	var b strings.Builder
	dash := false // something was left out since the last character
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || unicode.IsMark(r) && b.Len() > 0 && !dash:
			if dash && b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		case r == '-' && !dash:
			b.WriteByte('-')
		default:
			dash = true
		}
	}
	return strings.Trim(b.String(), "-")
}

// streamName is the slug of the folders' names and the file's or folder's own; "stream" when nothing is left of them.
func streamName(parts ...string) string {
	var all []string
	for _, p := range parts {
		if s := slug(p); s != "" {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return "stream"
	}
	return strings.Join(all, "-")
}

// trackID returns a file's name as a Representation@id: without white space, "$" and what a URL would escape.
func trackID(name string) string {
	id := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, name)
	if strings.Trim(id, ".") == "" {
		return "track"
	}
	return id
}

// unique returns id, or id with a number when it is used already, and marks it used.
func unique(used map[string]bool, id string) string {
	free := id
	for n := 2; used[free]; n++ {
		free = id + "-" + strconv.Itoa(n)
	}
	used[free] = true
	return free
}

// assignNames gives each draft its name, and returns which one other names mean: the plain name of drafts that clash goes on meaning the
// first of them. drafts are in the order of their paths.
//
// Of those that want the same name, what has been said explicitly gets it, then the first that has no extension; the others get
// their extension appended.
func assignNames(drafts []draft) map[string]int {
	wanted := map[string][]int{}
	for i := range drafts {
		wanted[drafts[i].plain] = append(wanted[drafts[i].plain], i)
	}
	used := map[string]bool{}
	for plain, list := range wanted {
		if i := ownerOf(drafts, list); i >= 0 {
			drafts[i].name = plain
			used[plain] = true
		}
	}
	aliases := map[string]int{}
	for i := range drafts {
		d := &drafts[i]
		if d.name != "" {
			continue
		}
		name := d.plain
		if d.extension != "" {
			name += "-" + d.extension
		}
		d.name = unique(used, name)
		if _, ok := aliases[d.plain]; !ok && !used[d.plain] {
			aliases[d.plain] = i
		}
	}
	for alias := range aliases {
		if used[alias] {
			delete(aliases, alias)
		}
	}
	return aliases
}

// ownerOf returns which of the drafts that want the same name gets it, -1 when none does.
func ownerOf(drafts []draft, list []int) int {
	if len(list) == 1 {
		return list[0]
	}
	for _, i := range list {
		if drafts[i].shape == described {
			return i
		}
	}
	for _, i := range list {
		if drafts[i].extension == "" {
			return i
		}
	}
	return -1
}

// nearest returns the name that asked was probably meant to be, "" when none is like it.
func nearest(asked string, names []string) string {
	best, distance := "", len(asked)/2+1
	for _, n := range names[:min(len(names), 2000)] {
		if d := edits(asked, n, distance); d < distance {
			best, distance = n, d
		}
	}
	if best != "" {
		return best
	}
	for _, n := range names[:min(len(names), 2000)] {
		if len(asked) >= 3 && strings.Contains(n, asked) {
			return n
		}
	}
	return ""
}

// edits returns how many characters must be put in, taken out or changed to make a into b, or limit when it is that many or more.
func edits(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit || len(x) > 256 {
		return limit
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return min(row[len(y)], limit)
}
