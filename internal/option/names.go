package option

// Names returns the names of the Option called key, its own first; none when there is no such Option.
func (r *Registry) Names(key string) []string {
	o := r.byName[key]
	if o == nil {
		return nil
	}
	info := o.about()
	if info.Short == "" || info.Short == info.Key {
		return []string{info.Key}
	}
	return []string{info.Key, info.Short}
}

// First returns the name of the first of some Options that s has a value of; that of the first of all where it has none of any. An error that is about all of them names one.
func (s *Set) First(options ...Any) string {
	for _, o := range options {
		if key := o.about().Key; s.find(key) != nil {
			return key
		}
	}
	return options[0].about().Key
}
