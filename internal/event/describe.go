package event

// Info is a Kind described for people and programs.
type Info struct {
	Key     string `json:"name"`
	Title   string `json:"title"`
	Help    string `json:"help"`
	Clause  string `json:"clause,omitempty"`
	Scheme  string `json:"scheme" doc:"schemeIdUri, unless its own words say another"`
	Value   string `json:"value"`
	Words   []Word `json:"words" doc:"of its own"`
	Example string `json:"example" doc:"a whole rule"`
}

// Description is all that Rules can be made of.
type Description struct {
	Kinds []Info `json:"kinds"`
	Words []Word `json:"words" doc:"of schedules: every kind has them"`
}

// Describe returns all that Rules can be made of, in the order of forms.
func Describe() Description {
	d := Description{Words: Words()}
	for _, k := range Kinds() {
		info := Info{Key: k.Key, Title: k.Title, Help: k.Help, Clause: k.Clause, Scheme: k.Scheme, Value: k.Value, Words: k.Words, Example: k.Example}
		if info.Words == nil {
			info.Words = []Word{}
		}
		d.Kinds = append(d.Kinds, info)
	}
	return d
}
