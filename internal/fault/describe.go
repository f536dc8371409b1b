package fault

// Info is a target, a condition or a kind of fault described for people and programs.
type Info struct {
	Key     string   `json:"name"`
	Title   string   `json:"title"`
	Help    string   `json:"help"`
	Type    string   `json:"type"`             // flag, number, duration, time, text, choice
	Syntax  string   `json:"syntax,omitempty"` // what is allowed, in words
	Default string   `json:"default,omitempty"`
	Choices []Choice `json:"choices,omitempty"`
	Example string   `json:"example"` // a whole rule
}

// Choice is one of several values, with what it means.
type Choice struct {
	Value string `json:"value"`
	Help  string `json:"help"`
}

// Description is all that rules can be made of.
type Description struct {
	Targets    []Info `json:"targets"`
	Kinds      []Info `json:"kinds"`
	Conditions []Info `json:"conditions"`
}

// Describe returns all that rules can be made of, in the order of forms.
func Describe() Description {
	var d Description
	for _, t := range Targets() {
		d.Targets = append(d.Targets, t.Info)
	}
	for _, k := range Kinds() {
		d.Kinds = append(d.Kinds, k.Info)
	}
	for _, t := range Tests() {
		d.Conditions = append(d.Conditions, t.Info)
	}
	return d
}
