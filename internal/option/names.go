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
