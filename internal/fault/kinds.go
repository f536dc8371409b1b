package fault

// Kind is a kind of Effect.
type Kind struct {
	Info
	Stage Stage
	read  func(arg string) (Action, error)
	// extends is the key of the Kind whose Action it changes, with extend; "" when it has one of its own.
	extends string
	extend  func(to Action, arg string) (Action, error)
	picture bool // it happens to video segments only
	licence bool // it happens to licences only
}

// Kinds returns the kinds of Effect that there are. A new one is a file, a line here, and, if its Action is of a new type, what delivery does about it.
func Kinds() []Kind {
	return []Kind{statusKind(), retryKind(), delayKind(), dropKind(), cutKind(), corruptKind(), wrongKeyKind(), onlyKind(), expireKind(), renewKind()}
}
