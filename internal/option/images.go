package option

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Grid is how thumbnails are put together in one picture. All is 0 for what suits the stream.
type Grid struct {
	Columns, Rows int
	Width         int // of a thumbnail, in pixels; 0: DefaultThumbnail
}

// DefaultThumbnail is how wide a thumbnail is unless somebody says otherwise.
const DefaultThumbnail = 160

const (
	mostGrids      = 4
	mostTiles      = 20  // columns, and rows
	mostThumbnail  = 320 // pixels, across
	leastThumbnail = 32
)

// Thumbnails is which thumbnails there are.
var Thumbnails = declare(Info{
	Key: "thumbnails", Short: "vt", Group: "Additional tracks", Title: "Thumbnails", Type: "text",
	Help: "Whether there is an AdaptationSet of thumbnails: JPEG pictures of as many random access points, for the bar that people seek by. FFmpeg makes them when they are asked for first. " +
		"1 chooses a grid that suits the stream: up to 10x10 on demand, and as many live as come into a segment. Each further grid is a Representation.",
	Syntax:  "1, or grids with commas between them: COLUMNSxROWS, 1 to 20 of each, and @ the width of a thumbnail in pixels, 32 to 320 (5x5@320); 0, none",
	Choices: []Choice{{"1", "a grid that suits the stream"}, {"10x10", "a hundred in a picture"}, {"5x5,5x5@320", "two sizes"}, {"1x1", "each a picture"}},
	Modes:   anywhere(), Scope: Image, Clause: "DASH-IF IOP 4.3, 6.2.6",
}, readGrids, printGrids)

func readGrids(s string) ([]Grid, error) {
	if on, ok := word(s); ok {
		if on {
			return []Grid{{}}, nil
		}
		return nil, nil
	}
	var grids []Grid
	for one := range strings.SplitSeq(s, ",") {
		g, err := readGrid(strings.TrimSpace(one))
		if err != nil {
			return nil, about(one, err)
		}
		for _, other := range grids {
			if other == g {
				return nil, fmt.Errorf("%q is there twice", one)
			}
		}
		grids = append(grids, g)
	}
	if len(grids) > mostGrids {
		return nil, fmt.Errorf("%d grids, at most %d are made", len(grids), mostGrids)
	}
	return grids, nil
}

func readGrid(s string) (g Grid, err error) {
	s, width, sized := strings.Cut(strings.ToLower(s), "@")
	columns, rows, ok := strings.Cut(s, "x")
	if !ok {
		return g, errors.New("a grid is COLUMNSxROWS")
	}
	if g.Columns, err = within(columns, 1, mostTiles); err != nil {
		return g, err
	}
	if g.Rows, err = within(rows, 1, mostTiles); err != nil {
		return g, err
	}
	if sized {
		if g.Width, err = within(width, leastThumbnail, mostThumbnail); g.Width == DefaultThumbnail {
			g.Width = 0
		}
	}
	return g, err
}

func within(digits string, least, most int) (int, error) {
	n, err := strconv.Atoi(digits)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%q is not a number from %d to %d", digits, least, most)
	}
	return n, nil
}

func printGrids(grids []Grid) string {
	var words []string
	for _, g := range grids {
		switch {
		case g.Columns == 0:
			words = append(words, "1")
		case g.Width == 0:
			words = append(words, fmt.Sprintf("%dx%d", g.Columns, g.Rows))
		default:
			words = append(words, fmt.Sprintf("%dx%d@%d", g.Columns, g.Rows, g.Width))
		}
	}
	return strings.Join(words, ",")
}
