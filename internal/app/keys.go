package app

import (
	"path/filepath"

	"github.com/dashwright/dashwright/internal/drm/keys"
)

// keysOf opens the file with content keys. The one in the data folder need not be there: media folders, which others may see, are not looked into.
func keysOf(cfg Config) (*keys.Store, error) {
	from := keys.Config{Path: cfg.Keys, Log: cfg.Log, Now: clock}
	if from.Path == "" && cfg.Data != "" {
		from.Path, from.Optional = filepath.Join(cfg.Data, "keys.yaml"), true
	}
	return keys.Open(from)
}
