package compat

import (
	"net/url"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// eccp encrypts by a scheme, with licences of this server.
func eccp(scheme string, into url.Values) error {
	if scheme != "cenc" && scheme != "cbcs" {
		return errs.Errorf(errs.Invalid, "%q: its values are cenc and cbcs", scheme)
	}
	into.Set("drm", "clearkey")
	into.Set("enc", scheme)
	return nil
}

// protect is eccp where the value says so. Otherwise it is our option of that name: which keys a stream has is said elsewhere.
func protect(value string, into url.Values) error {
	if scheme, ok := strings.CutPrefix(strings.ToLower(value), "eccp-"); ok {
		return eccp(scheme, into)
	}
	into.Set("drm", value)
	return nil
}
